"""Response headers allow the browser only what the page needs."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.ui.conftest import PAGE, Pages
from ui.settings import Settings

UI = Path(__file__).resolve().parents[2] / "ui"


@pytest.mark.parametrize("address", ["/login", "/", "/nowhere", "/static/page.css"])
def test_every_response_carries_the_policy(doctor: FlaskClient, address: str) -> None:
    headers = doctor.get(address, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_policy_names_exactly_the_images_and_the_login(
    visitor: FlaskClient, settings: Settings
) -> None:
    header = visitor.get("/login").headers["Content-Security-Policy"]
    policy = dict(part.split(" ", 1) for part in header.split("; "))
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' https://pictures.example"
    assert policy["img-src"] == "'self' blob: https://pictures.example"
    assert policy["form-action"] == f"'self' https://pictures.example {settings.login_origin}"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in header


def test_only_the_decoder_of_films_may_run_webassembly(pages: Pages, doctor: FlaskClient) -> None:
    pages.load(PAGE)
    policies = {
        address: doctor.get(address, buffered=True).headers["Content-Security-Policy"]
        for address in (PAGE, "/worklist", "/static/page.css", "/static/decoder/film_decoder.js")
    }
    assert [name for name, policy in policies.items() if "worker-src 'self'" in policy] == [PAGE]
    decoders = [name for name, policy in policies.items() if "'wasm-unsafe-eval'" in policy]
    assert decoders == ["/static/decoder/film_decoder.js"]


def test_pages_are_not_kept_and_files_are(doctor: FlaskClient) -> None:
    page = doctor.get("/")
    stylesheet = re.search(r'href="(/static/page\.css\?v=\w+)"', page.text)
    assert stylesheet
    assert page.headers["Cache-Control"] == "no-store"
    assert "immutable" in doctor.get(stylesheet[1], buffered=True).headers["Cache-Control"]
    assert doctor.get("/static/page.css", buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("site", "encoding"),
    [
        (None, None),
        ("none", None),
        ("same-origin", None),
        ("same-site", "identity"),
        ("cross-site", "identity"),
    ],
)
def test_a_page_that_another_site_opens_is_not_compressed(
    doctor: FlaskClient, site: str | None, encoding: str | None
) -> None:
    page = doctor.get("/worklist", headers={"Sec-Fetch-Site": site} if site else {})
    assert page.headers.get("Content-Encoding") == encoding


def test_no_template_writes_script_or_style_into_the_page() -> None:
    inline = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:|hx-on")
    for template in sorted((UI / "templates").rglob("*.html")):
        assert not inline.search(template.read_text()), template.name


def test_htmx_evaluates_nothing_and_stores_no_page(visitor: FlaskClient) -> None:
    """Stored pages would stay in the browser after the logout, with the names of files."""
    page = visitor.get("/login").text
    assert '"historyCacheSize": 0' in page
    assert '"includeIndicatorStyles": false' in page
    assert '"allowEval": false' in page


def test_nothing_is_loaded_from_elsewhere() -> None:
    for template in sorted((UI / "templates").rglob("*.html")):
        assert not re.search(r'(?:src|href)="https?://', template.read_text()), template.name
