"""A reader of the pages in a pseudo-language, in which each letter of a text is a wide one."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import (
    PAGE,
    PAGE_KEY,
    RADIOGRAPH,
    SUBJECT,
    SignToken,
    log_in,
    read_form_token,
    with_visitor_cookie,
)
from tests.ui.pseudo_language import (
    CODE,
    PseudoCatalogues,
    list_untranslated,
)
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.application import create_app
from ui.auth.session_keys import SessionKeys
from ui.language_choice import LANGUAGE_COOKIE
from ui.settings import Settings

HTMX = {"HX-Request": "true"}
# What the recorded API says of patients, files and models, and codes of the field.
DATA = frozenset(
    {"default-0123abcd", "DICOM", "thorax.dcm", "PA", "North", "UTC", "JPEG", "AP", "Nord"}
    | {RADIOGRAPH, "Ada"}
)


@pytest.fixture
def pseudo_app(settings: Settings, keys: SessionKeys, app: Flask, tmp_path: Path) -> Flask:
    pseudo = create_app(settings, keys, page_key=PAGE_KEY, catalogues=PseudoCatalogues(tmp_path))
    pseudo.jinja_env.bytecode_cache = app.jinja_env.bytecode_cache
    return pseudo


class Reader:
    """A doctor or an administrator who reads the pseudo-language."""

    def __init__(self, client: FlaskClient, api: RecordedApi, golden: Golden) -> None:
        self.client, self.api = client, api
        self.fields: dict[str, Any] = golden("radiograph.json")
        client.set_cookie(LANGUAGE_COOKIE, CODE)

    def show(self, **changes: Any) -> None:
        """Reads a film, and the list that has it."""
        fields = self.fields | changes
        self.api.respond(f"GET /v1{PAGE}", RecordedResponse(body=fields))
        self.list(radiographs=[fields])
        for address in (PAGE, "/worklist"):
            self.read(address)

    def list(self, **changes: Any) -> None:
        worklist = {"radiographs": [], "cursor": None, "complete": True} | changes
        self.api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))

    def read(
        self, address: str, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> str:
        response = self.client.get(address, headers=headers or {})
        return self.check(address, response.status_code, response.text, status)

    def send(
        self, address: str, form: dict[str, str], *, status: int = 200, is_htmx: bool = False
    ) -> str:
        form = form | {"csrf_token": read_form_token(self.client)}
        response = self.client.post(address, data=form, headers=HTMX if is_htmx else {})
        return self.check(address, response.status_code, response.text, status)

    def follow(self, address: str, form: dict[str, str]) -> str:
        """Reads the page to which a form leads."""
        form = form | {"csrf_token": read_form_token(self.client)}
        response = self.client.post(address, data=form, follow_redirects=True)
        return self.check(address, response.status_code, response.text, 200)

    def check(self, address: str, status: int, page: str, expected: int) -> str:
        assert status == expected, address
        words = [word for word in list_untranslated(page) if word.strip(".,:;()\u2069") not in DATA]
        assert words == [], address
        return page


@pytest.fixture
def reader(
    pseudo_app: Flask, api: RecordedApi, golden: Golden, sign_token: SignToken, keys: SessionKeys
) -> Reader:
    client = with_visitor_cookie(pseudo_app.test_client())
    log_in(client, {"token": sign_token(name="7")}, keys)
    return Reader(client, api, golden)


@pytest.fixture
def administrator(
    reader: Reader, sign_token: SignToken, keys: SessionKeys, golden: Golden
) -> Reader:
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(reader.client, {"token": sign_token(name="7", **groups)}, keys)
    newest = golden("settings_version.json")
    others = [
        newest | {"number": number, "by": by} for number, by in enumerate(("deploy", SUBJECT))
    ]
    versions = {"versions": [newest, *others]}
    reader.api.respond("GET /v1/settings/versions", RecordedResponse(body=versions))
    return reader
