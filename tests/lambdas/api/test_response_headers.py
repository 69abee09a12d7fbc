"""Responses and images: no shared cache stores them, and no browser guesses their type."""

import re

import requests

from contracts.response_headers import DATA_HEADERS
from tests.lambdas.api.test_request_body import VALID, call_raw
from tests.lambdas.calls import CHEST, Api, Aws, run_screening


def test_every_answer_of_the_api_has_the_headers(aws: Aws) -> None:
    headers = {"Idempotency-Key": "k1", "Content-Type": "text/plain"}
    refused = {"headers": headers, "multiValueHeaders": {}, "body": VALID.decode()}
    for answer in (
        call_raw("GET", "/v1/radiographs"),
        call_raw("GET", "/v1/nowhere"),
        call_raw("POST", "/v1/radiographs", **refused),
    ):
        assert DATA_HEADERS.items() <= answer["headers"].items()


def test_an_image_is_a_png_that_only_this_browser_stores(aws: Aws, api: Api) -> None:
    radiograph = api.create(bytes=len(CHEST))
    aws.upload(radiograph, CHEST)
    assert run_screening(radiograph) == []
    _, view = api("GET", f"/radiographs/{radiograph}")
    for name in ("rendition", "thumbnail", "attention"):
        headers = requests.get(view[f"{name}_url"], timeout=5).headers
        assert headers["Content-Type"] == "image/png"
        assert re.fullmatch(r"private, max-age=\d+", headers["Cache-Control"])


def test_an_original_has_its_bytes_and_no_type_that_a_browser_shows(aws: Aws, api: Api) -> None:
    radiograph = api.create(bytes=len(CHEST))
    aws.upload(radiograph, CHEST)
    assert run_screening(radiograph) == []
    _, view = api("GET", f"/radiographs/{radiograph}")
    response = requests.get(view["original_url"], timeout=5)
    assert response.content == CHEST
    assert response.headers["Content-Type"] == "application/octet-stream"
