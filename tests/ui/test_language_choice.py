"""The language of a page is what the reader chose, else what the browser asks for, else English."""

import json
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask
from flask.testing import FlaskClient

from deploy.translations import write_catalogue
from languages.catalogues import SOURCE, Catalogues
from tests.ui.conftest import (
    PAGE,
    PAGE_KEY,
    Pages,
    with_visitor_cookie,
)
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.application import create_app
from ui.auth.session_keys import SessionKeys
from ui.language_choice import LANGUAGE_COOKIE
from ui.settings import Settings

SPANISH = {"Accept-Language": "es-MX,es;q=0.9"}


def read_token(client: FlaskClient) -> str:
    """From a page for everybody."""
    return client.get("/help").text.partition('"X-CSRFToken": "')[2].partition('"')[0]


def choose(client: FlaskClient, language: str, page: str = "/help") -> str:
    form = {"language": language, "csrf_token": read_token(client)}
    referrer = {"Referer": f"http://localhost{page}"}
    response = client.post("/language", data=form, headers=referrer)
    assert response.status_code == 302
    return response.headers["Location"]


def read_language(client: FlaskClient, address: str = "/help", accept: str = "") -> str:
    page = client.get(address, headers={"Accept-Language": accept})
    language = re.search(r'<html lang="([\w-]+)" dir="(\w+)">', page.text)
    assert language
    assert page.headers["Content-Language"] == language[1]
    return language[1]


def test_the_browser_chooses_until_the_reader_does(visitor: FlaskClient) -> None:
    assert read_language(visitor) == "en"
    assert read_language(visitor, accept="de") == "en"
    assert read_language(visitor, accept="es-MX,en;q=0.5") == "es"
    choose(visitor, "en")
    assert read_language(visitor, accept="es") == "en"
    choose(visitor, "es")
    assert read_language(visitor, accept="en") == "es"


def test_a_choice_lasts_a_year_and_returns_to_the_page(doctor: FlaskClient) -> None:
    assert choose(doctor, "es", "/worklist?filter=uncertain") == "/worklist?filter=uncertain"
    cookie = doctor.get_cookie(LANGUAGE_COOKIE)
    assert cookie
    assert (cookie.value, cookie.secure, cookie.http_only) == ("es", True, True)
    assert cookie.max_age == 365 * 24 * 3600
    assert choose(doctor, "es", "//elsewhere.example/") == "/"


def test_a_language_that_there_is_not_is_refused(visitor: FlaskClient) -> None:
    form = {"language": "../en", "csrf_token": read_token(visitor)}
    assert visitor.post("/language", data=form).status_code == 422
    visitor.set_cookie(LANGUAGE_COOKIE, "../../etc")
    assert read_language(visitor) == "en"
    assert visitor.get("/language/xx/texts.js").status_code == 404


def test_pages_vary_by_language_and_files_do_not(doctor: FlaskClient) -> None:
    page = doctor.get("/worklist", headers=SPANISH)
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))
    stylesheet = doctor.get("/static/page.css", headers=SPANISH, buffered=True)
    assert "Content-Language" not in stylesheet.headers
    assert "Vary" not in stylesheet.headers


def test_scripts_have_their_texts_in_a_file_that_is_cached(visitor: FlaskClient) -> None:
    page = visitor.get("/login", headers=SPANISH).text
    address = re.search(r'src="(/language/es/texts\.js\?v=\w+)"', page)
    assert address
    script = with_visitor_cookie(visitor.application.test_client()).get(address[1])
    assert "immutable" in script.headers["Cache-Control"]
    assert "Set-Cookie" not in script.headers
    content = json.loads(script.text.removeprefix("globalThis.pageTexts = ").rstrip(";\n"))
    assert content["texts"]["Not sent"] == "No enviado"
    assert content["texts"]["{number} more X-ray."][0] == "{number} radiografía más."
    assert content["forms"]["one"] == 0
    assert content["forms"]["other"] == 2
    assert "Pneumonia detected" not in content["texts"]
    assert "texts.js?v" in visitor.get("/login").text
    assert "/language/en/" not in visitor.get("/login").text


def test_numbers_and_dates_are_those_of_the_language(pages: Pages, doctor: FlaskClient) -> None:
    pages.load(PAGE)
    doctor.set_cookie(LANGUAGE_COOKIE, "es")
    page = doctor.get(PAGE).text
    assert "23 nov 2026, 8:00:00 UTC" in page
    assert "modelo en CPU, 0,5 s" in page
    assert "0,1 MB" in page
    assert "Neumonía detectada" in page
    assert "usted: neumonía, como la respuesta".lower() in page.lower()


def test_the_api_is_told_the_language(doctor: FlaskClient, api: RecordedApi) -> None:
    doctor.set_cookie(LANGUAGE_COOKIE, "es")
    refusal = RecordedResponse(status=422, body={"detail": "No vale."})
    api.respond("GET /v1/radiographs", refusal)
    page = doctor.get("/worklist")
    assert api.requests[-1].headers["accept-language"] == "es"
    assert "No vale." in page.text


def test_the_login_is_opened_in_the_language(visitor: FlaskClient) -> None:
    address = visitor.get("/login/start", headers=SPANISH).headers["Location"]
    assert "lang=es" in address


@pytest.fixture
def arabic(tmp_path: Path) -> Catalogues:
    """A third language: one file."""
    file = tmp_path / "ar" / "LC_MESSAGES" / SOURCE
    file.parent.mkdir(parents=True)
    catalogue = Catalog(locale="ar", fuzzy=False)
    catalogue.add("Help", "مساعدة", locations=[("ui/static/upload.js", 1)])
    write_catalogue(catalogue, file)
    return Catalogues(tmp_path)


def test_a_new_language_is_one_file(
    settings: Settings, keys: SessionKeys, arabic: Catalogues, app: Flask
) -> None:
    other_app = create_app(settings, keys, page_key=PAGE_KEY, catalogues=arabic)
    client = with_visitor_cookie(other_app.test_client())
    english = client.get("/help").text
    assert 'value="ar" lang="ar">العربية</button>' in english
    assert 'lang="es"' not in english
    choose(client, "ar")
    page = client.get("/help")
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "<h1>مساعدة</h1>" in page.text
    assert "Keyboard" not in client.get("/language/ar/texts.js").text


def test_one_language_needs_no_menu(
    settings: Settings, keys: SessionKeys, tmp_path: Path, app: Flask
) -> None:
    only_english = create_app(settings, keys, page_key=PAGE_KEY, catalogues=Catalogues(tmp_path))
    assert 'action="/language"' not in only_english.test_client().get("/help").text
