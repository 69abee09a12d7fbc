"""A file is announced by the page; what the browser then needs stands in the row."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts import texts
from contracts.rejections import Rejection
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH, form_token
from tests.ui.recorded import Given, Recorded

HTMX = {"HX-Request": "true"}


def announce(doctor: FlaskClient, **changes: Any) -> Any:
    sent = {"file_name": "thorax.dcm", "bytes": "120582", "age": "", "key": "k-1", **changes}
    headers = HTMX | {"X-CSRFToken": form_token(doctor)}
    return doctor.post("/uploads", data=sent, headers=headers)


def test_the_row_holds_the_form_for_s3(doctor: FlaskClient, api: Recorded, golden: Golden) -> None:
    created = golden("created.json")
    created["upload"]["fields"]["policy"] = "\"<&'"
    api.give("POST /v1/radiographs", Given(status=201, body=created))
    row = announce(doctor, age="4").text
    fields = re.search(r'data-upload-fields="([^"]*)"', row)
    assert fields
    assert json.loads(unescape(fields[1])) == created["upload"]["fields"]
    assert 'data-upload-url="https://pictures.example/"' in row
    assert f'hx-get="/radiographs/{RADIOGRAPH}/state?asked=0&amp;sent=1"' in row
    assert 'hx-trigger="load, every 4s"' in row
    assert api.asked[-1].json["age_years"] == 4
    assert api.asked[-1].headers["idempotency-key"] == "k-1"


def test_a_file_that_arrived_before_is_not_sent_again(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    again = golden("created.json") | {"upload": None}
    api.give("POST /v1/radiographs", Given(body=again))
    row = announce(doctor).text
    assert "data-upload-url" not in row
    assert f"row-{RADIOGRAPH}" in row


@pytest.mark.parametrize(
    "wrong",
    [{"bytes": "many"}, {"bytes": str(60 * 1024 * 1024)}, {"file_name": ""}, {"age": "200"}],
)
def test_what_the_api_would_refuse_is_not_sent(
    doctor: FlaskClient, api: Recorded, wrong: dict[str, str]
) -> None:
    answer = announce(doctor, **wrong)
    assert answer.status_code == 422
    assert all(asked.method == "GET" for asked in api.asked)


def test_a_missing_field_is_a_bad_request(doctor: FlaskClient) -> None:
    token = form_token(doctor)
    assert doctor.post("/uploads", data={"csrf_token": token}).status_code == 400


def test_the_page_brings_the_words_for_files_that_are_not_sent(doctor: FlaskClient) -> None:
    page = unescape(doctor.get("/").text)
    assert texts.format_rejection(Rejection.EMPTY, "") in page
    assert texts.format_rejection(Rejection.TOO_LARGE, "") in page
    assert texts.SESSION_OVER in page
    assert 'data-max-bytes="52428800"' in page


def test_without_scripts_the_page_says_what_works(doctor: FlaskClient) -> None:
    page = doctor.get("/").text
    assert (
        "Uploading needs JavaScript" in page.partition("<noscript>")[2].partition("</noscript>")[0]
    )
