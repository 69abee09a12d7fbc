"""A browser is told apart from others from its first page on, by nothing that names a person."""

from http.cookies import SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.cookies import VISITOR_COOKIE
from tests.ui.conftest import Sign, log_in
from ui.auth.session_keys import SessionKeys


@pytest.fixture
def newcomer(app: Flask) -> FlaskClient:
    return app.test_client()


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie(VISITOR_COOKIE)
    assert found is not None
    return found.value


def test_the_first_page_marks_the_browser(newcomer: FlaskClient) -> None:
    header = newcomer.get("/login").headers.getlist("Set-Cookie")
    [sent] = [SimpleCookie(each)[VISITOR_COOKIE] for each in header if VISITOR_COOKIE in each]
    assert len(sent.value) >= 22  # 128 bits in base64.
    assert sent["secure"] and sent["httponly"]
    assert (sent["path"], sent["domain"], sent["samesite"]) == ("/", "", "Lax")


def test_the_mark_stays_through_the_login(
    newcomer: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    newcomer.get("/login")
    before = cookie(newcomer)
    log_in(newcomer, {"token": sign()}, keys)
    answer = newcomer.get("/")
    assert cookie(newcomer) == before
    assert VISITOR_COOKIE not in str(answer.headers.getlist("Set-Cookie"))


def test_two_browsers_are_told_apart(newcomer: FlaskClient) -> None:
    other = newcomer.application.test_client()
    for client in (newcomer, other):
        client.get("/login")
    assert cookie(newcomer) != cookie(other)


def test_files_that_caches_share_mark_nobody(newcomer: FlaskClient) -> None:
    answer = newcomer.get("/static/page.css", buffered=True)
    assert VISITOR_COOKIE not in str(answer.headers.getlist("Set-Cookie"))
