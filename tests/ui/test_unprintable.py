"""A text that no page can show is refused by the page, and one that is stored is shown safely."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.file_names import UNPRINTABLE_NOTES, UNPRINTABLE_TEXTS
from tests.ui.conftest import RADIOGRAPH, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui import lambda_handler

PAGE = f"/radiographs/{RADIOGRAPH}"
FORMS: list[tuple[str, dict[str, str], str]] = [
    ("/uploads", {"bytes": "1", "idempotency_key": "k1"}, "file_name"),
    ("/uploads", {"bytes": "1", "file_name": "thorax.png"}, "idempotency_key"),
    ("/worklist/search", {}, "file_name"),
    (f"{PAGE}/reviews", {"finding": "pneumonia"}, "note"),
]


@pytest.mark.parametrize(("address", "fields", "name"), FORMS)
@pytest.mark.parametrize("text", ["a\x00b", "a\x1b[31mb", "a\x85b"])
def test_no_field_of_a_form_takes_it(
    doctor: FlaskClient,
    api: RecordedApi,
    *,
    address: str,
    fields: dict[str, str],
    name: str,
    text: str,
) -> None:
    data = {**fields, name: text, "csrf_token": read_form_token(doctor)}
    api.requests.clear()
    response = doctor.post(address, data=data)
    assert response.status_code == 422
    assert "A value is not accepted" in response.text
    assert "cannot be shown" in response.text or "ASCII" in response.text
    assert [request.path for request in api.requests if request.method == "POST"] == []


@pytest.mark.parametrize("key", ["", "k" * 201, "ключ", "a\nb"])
def test_a_key_that_no_header_can_hold_is_refused(doctor: FlaskClient, key: str) -> None:
    data = {"file_name": "a.png", "bytes": "1", "idempotency_key": key}
    token = read_form_token(doctor)
    response = doctor.post("/uploads", data=data, headers={"X-CSRFToken": token})
    assert response.status_code == 422
    assert "Idempotency-Key" in response.text


@pytest.mark.parametrize("text", UNPRINTABLE_TEXTS)
def test_what_is_stored_already_is_shown(
    doctor: FlaskClient, api: RecordedApi, golden: Golden, text: str
) -> None:
    view = golden("radiograph.json") | {"file_name": text, "view": text, "rejection_detail": text}
    view["reviews"][0]["note"] = text
    card = {"model_version": text, "intended_use": {"sentence": text}, "data": {"name": text}}
    worklist = {"radiographs": [view], "cursor": None, "complete": True}
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=view))
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    api.respond("GET /v1/model", RecordedResponse(body=card))
    for address in ("/worklist", PAGE, "/model"):
        response = doctor.get(address)
        assert response.status_code == 200
        assert "\ufffd" in response.text or text not in UNPRINTABLE_NOTES


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/a\ud800"},
        {"multiValueQueryStringParameters": {"next": ["\udc00"]}},
        {"queryStringParameters": {"\ud800": "1"}},
        {"headers": {"HX-Current-URL": "\ud800"}},
        {"body": "\ud800", "isBase64Encoded": False},
    ],
)
def test_an_event_that_cannot_be_encoded_is_refused(change: dict[str, Any]) -> None:
    event = {"httpMethod": "GET", "path": "/", "headers": {}, **change}
    response = lambda_handler.handler(event, None)
    assert response["statusCode"] == 400
    assert "is not text" in response["body"]
