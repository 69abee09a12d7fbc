"""The model, the help, errors and the login can be translated as a whole."""

import json
from http import HTTPStatus

from flask import Flask

from contracts.gateway_errors import BUSY, TOO_LARGE
from tests.conftest import ROOT, Golden
from tests.ui.conftest import (
    PAGE,
    with_visitor_cookie,
)
from tests.ui.pseudo_language import (
    CODE,
)
from tests.ui.recorded_api import RecordedResponse
from tests.ui.translated_pages.conftest import HTMX, Reader
from ui.language_choice import LANGUAGE_COOKIE


def test_the_model(reader: Reader, golden: Golden) -> None:
    reader.read("/model")
    version = golden("settings_version.json")
    version["settings"] |= {"is_demo": True, "slope": 1.5}
    reader.api.respond("GET /v1/settings", RecordedResponse(body=version))
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    card["data"] = None
    reader.api.respond("GET /v1/model", RecordedResponse(body=card | {"model_version": "7"}))
    reader.read("/model")


def test_help_and_errors(reader: Reader) -> None:
    reader.read("/help")
    reader.read("/nowhere", status=404)
    for status in (403, 404, 409, 413, 500, 502, 503):
        reader.api.respond(f"GET /v1{PAGE}", RecordedResponse(status=status, body={}))
        reader.read(PAGE, status=status)
        reader.read(PAGE, status=status, headers=HTMX)
    for error in (BUSY, TOO_LARGE):
        answer = RecordedResponse(status=429, body={"detail": error.detail})
        reader.api.respond(f"GET /v1{PAGE}", answer)
        reader.read(PAGE, status=429)
    response = reader.client.post("/settings")
    reader.check("/settings", response.status_code, response.text, 400)


def test_the_login(reader: Reader, pseudo_app: Flask) -> None:
    reader.client = with_visitor_cookie(pseudo_app.test_client())
    reader.client.set_cookie(LANGUAGE_COOKIE, CODE)
    for end in ("", "idle", "limit", "token"):
        reader.read(f"/login?expired={end}")
    reader.read("/login/finish")
    reader.read("/login/callback", status=HTTPStatus.BAD_REQUEST)
