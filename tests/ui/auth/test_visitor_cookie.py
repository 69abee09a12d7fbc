"""Each browser gets a random id with its first page, which identifies no person."""

from http.cookies import SimpleCookie

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.cookies import VISITOR_COOKIE
from tests.ui.conftest import SignToken, log_in
from ui.auth.session_keys import SessionKeys


@pytest.fixture
def newcomer(app: Flask) -> FlaskClient:
    return app.test_client()


def read_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie(VISITOR_COOKIE)
    assert cookie is not None
    return cookie.value


def test_the_first_page_marks_the_browser(newcomer: FlaskClient) -> None:
    headers = newcomer.get("/login").headers.getlist("Set-Cookie")
    cookies = [SimpleCookie(header) for header in headers]
    [cookie] = [jar[VISITOR_COOKIE] for jar in cookies if VISITOR_COOKIE in jar]
    assert len(cookie.value) >= 22  # 128 bits in base64.
    assert cookie["secure"] and cookie["httponly"]
    assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")


def test_the_mark_stays_through_the_login(
    newcomer: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    newcomer.get("/login")
    before = read_cookie(newcomer)
    log_in(newcomer, {"token": sign_token()}, keys)
    response = newcomer.get("/")
    assert read_cookie(newcomer) == before
    assert VISITOR_COOKIE not in str(response.headers.getlist("Set-Cookie"))


def test_two_browsers_are_told_apart(newcomer: FlaskClient) -> None:
    other = newcomer.application.test_client()
    for client in (newcomer, other):
        client.get("/login")
    assert read_cookie(newcomer) != read_cookie(other)


def test_files_that_caches_share_mark_nobody(newcomer: FlaskClient) -> None:
    response = newcomer.get("/static/page.css", buffered=True)
    assert VISITOR_COOKIE not in str(response.headers.getlist("Set-Cookie"))
