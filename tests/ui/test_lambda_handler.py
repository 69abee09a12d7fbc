"""The page behind Zappa's own handler, with events as API Gateway sends them."""

import base64
import json
import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

import ui.wsgi
import ui.zappa_settings
from tests.ui.conftest import form_token
from ui import lambda_handler
from ui.auth.sessions import COOKIE

ROOT = Path(__file__).resolve().parents[2]
HTMX_FILE = "vendor/htmx-2.0.11.min.js"


class Context:
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


@pytest.fixture(autouse=True)
def staged(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zappa_settings", ui.zappa_settings)
    monkeypatch.setattr(ui.wsgi, "_application", lambda: app)


def ask(
    path: str,
    *,
    method: str = "GET",
    query: dict[str, str] | None = None,
    body: str | None = None,
    **headers: str,
) -> Any:
    event = json.loads((ROOT / "tests/local/events/page_request.json").read_text())
    event |= {"path": path, "httpMethod": method, "resource": "/{proxy+}"}
    event["multiValueQueryStringParameters"] = {k: [v] for k, v in (query or {}).items()}
    event["headers"] |= headers
    event["multiValueHeaders"] |= {name: [value] for name, value in headers.items()}
    if body is not None:
        event |= {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}
    return lambda_handler.handler(event, Context())


def test_a_page_comes_through() -> None:
    answer = ask("/login")
    assert answer["statusCode"] == 200
    assert "<h1>" in answer["body"]
    assert answer["multiValueHeaders"]["Cache-Control"] == ["no-store"]


def test_each_cookie_is_sent_once() -> None:
    answer = ask("/login")
    several, single = answer["multiValueHeaders"], answer["headers"]
    assert [name for name in several if name.lower() == "set-cookie"] == ["Set-Cookie"]
    assert sorted(each.partition("=")[0] for each in several["Set-Cookie"]) == [
        "__Host-session",
        "__Host-sid",
    ]
    assert not [name for name in single if name.lower() == "set-cookie"]


@pytest.mark.parametrize("name", [HTMX_FILE, "icon.svg", "page.css"])
def test_files_come_through_byte_for_byte(name: str) -> None:
    answer = ask(f"/static/{name}")
    body = answer["body"]
    sent = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    assert sent == (ROOT / "ui" / "static" / name).read_bytes()


def test_pictures_come_through_byte_for_byte(app: Flask) -> None:
    picture = bytes(range(256)) * 8
    app.view_functions["login.page"] = lambda: (picture, {"Content-Type": "image/png"})
    answer = ask("/login")
    assert answer["isBase64Encoded"]
    assert base64.b64decode(answer["body"]) == picture


def test_a_form_in_base64_is_read(doctor: FlaskClient) -> None:
    token = form_token(doctor)
    cookie = doctor.get_cookie(COOKIE)
    assert cookie is not None
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = {"Cookie": f"{COOKIE}={cookie.value}", **kind}
    answer = ask("/logout", method="POST", body=urlencode({"csrf_token": token}), **headers)
    assert answer["statusCode"] == 302
    assert "/logout?client_id=" in answer["headers"]["Location"]


def test_no_address_is_logged(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        answer = ask("/login/callback", query={"code": "secret-code", "state": "s"})
    assert answer["statusCode"] == 400
    printed = capsys.readouterr()
    assert "secret-code" not in caplog.text + printed.out + printed.err


def test_an_error_names_the_request_that_the_log_names() -> None:
    assert Context.aws_request_id in ask("/logout", method="POST")["body"]


@pytest.mark.parametrize(
    "event", [{"raw_command": "1/0"}, {"command": "os.getcwd"}, {"Records": []}, {}]
)
def test_only_requests_pass(event: dict[str, Any]) -> None:
    with pytest.raises(lambda_handler.NotARequestError):
        lambda_handler.handler(event, Context())
