"""The page announces a file; the row that comes back holds the form that sends it to S3."""

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts import file_texts, texts
from contracts.rejections import Rejection
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse

HTMX = {"HX-Request": "true"}


def announce(doctor: FlaskClient, **changes: str) -> TestResponse:
    data = {
        "file_name": "thorax.dcm",
        "bytes": "120582",
        "age_years": "",
        "idempotency_key": "k-1",
        **changes,
    }
    headers = HTMX | {"X-CSRFToken": read_form_token(doctor)}
    return doctor.post("/uploads", data=data, headers=headers)


def test_the_row_holds_the_form_for_s3(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    created = golden("created.json")
    created["upload"]["fields"]["policy"] = "\"<&'"
    api.respond("POST /v1/radiographs", RecordedResponse(status=201, body=created))
    row = announce(doctor, age_years="4").text
    fields = re.search(r'data-upload-fields="([^"]*)"', row)
    assert fields
    assert json.loads(unescape(fields[1])) == created["upload"]["fields"]
    assert 'data-upload-url="https://pictures.example/"' in row
    assert 'data-waits-for="screening"' in row
    assert api.requests[-1].json["age_years"] == 4
    assert api.requests[-1].headers["idempotency-key"] == "k-1"


def test_a_file_that_arrived_before_is_not_sent_again(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    created = golden("created.json") | {"upload": None}
    api.respond("POST /v1/radiographs", RecordedResponse(body=created))
    row = announce(doctor).text
    assert "data-upload-url" not in row
    assert f"row-{RADIOGRAPH}" in row


@pytest.mark.parametrize(
    "fields",
    [{"bytes": "many"}, {"bytes": str(60 * 1024 * 1024)}, {"file_name": ""}, {"age_years": "200"}],
)
def test_what_the_api_would_refuse_is_not_sent(
    doctor: FlaskClient, api: RecordedApi, fields: dict[str, str]
) -> None:
    response = announce(doctor, **fields)
    assert response.status_code == 422
    assert all(request.method == "GET" for request in api.requests)


def test_a_missing_field_is_a_bad_request(doctor: FlaskClient) -> None:
    token = read_form_token(doctor)
    assert doctor.post("/uploads", data={"csrf_token": token}).status_code == 400


def test_the_page_brings_the_words_for_files_that_are_not_sent(doctor: FlaskClient) -> None:
    page = unescape(doctor.get("/").text)
    assert file_texts.format_rejection(Rejection.EMPTY, "") in page
    assert file_texts.format_rejection(Rejection.TOO_LARGE, "") in page
    assert texts.NOT_SENT_SESSION_OVER in page
    assert 'data-max-bytes="52428800"' in page


def test_the_page_names_the_ages_of_the_current_card(doctor: FlaskClient, api: RecordedApi) -> None:
    child = {"valid": True, "age_years": [1, 5]}
    adult = {"valid": False, "age_years": [18, 120]}
    card = {"model_version": "v-1", "populations": {"child": child, "adult": adult}}
    api.respond("GET /v1/model", RecordedResponse(body=card))
    assert "The model is valid for children of 1 to 5 years.</span>" in doctor.get("/").text


def test_the_page_names_no_ages_where_the_card_cannot_be_read(
    doctor: FlaskClient, api: RecordedApi
) -> None:
    api.respond("GET /v1/model", RecordedResponse(status=503, body=b""))
    page = doctor.get("/").text
    assert "For the files of one drop that do not hold the age.</span>" in page


def test_without_scripts_the_page_says_what_works(doctor: FlaskClient) -> None:
    page = doctor.get("/").text
    assert (
        "Uploading needs JavaScript" in page.partition("<noscript>")[2].partition("</noscript>")[0]
    )


def test_the_file_chooser_shows_every_file(doctor: FlaskClient) -> None:
    """Exports of an archive often have no extension, so a chooser with types would hide them."""
    (chooser,) = re.findall(r"<input[^>]*type=\"file\"[^>]*>", doctor.get("/").text)
    assert "accept" not in chooser
