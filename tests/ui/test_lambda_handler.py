"""The page behind Zappa's own handler, with events as API Gateway sends them."""

import base64
import json
import logging
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

import ui.wsgi
import ui.zappa_settings
from tests.ui.conftest import read_form_token
from ui import lambda_handler
from ui.auth.sessions import SESSION_COOKIE

ROOT = Path(__file__).resolve().parents[2]
HTMX_FILE = "vendor/htmx-2.0.11.min.js"


class Context:
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


@pytest.fixture(autouse=True)
def staged(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zappa_settings", ui.zappa_settings)
    monkeypatch.setattr(ui.wsgi, "_get_application", lambda: app)


def call(
    path: str,
    *,
    method: str = "GET",
    query: dict[str, str] | None = None,
    body: str | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    event = json.loads((ROOT / "tests/local/api_gateway/events/page_request.json").read_text())
    event |= {"path": path, "httpMethod": method, "resource": "/{proxy+}"}
    event["multiValueQueryStringParameters"] = {k: [v] for k, v in (query or {}).items()}
    for name, value in (headers or {}).items():
        event["headers"][name] = value
        event["multiValueHeaders"][name] = [value]
    if body is not None:
        event |= {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}
    return lambda_handler.handler(event, Context())


def test_a_page_comes_through() -> None:
    response = call("/login")
    assert response["statusCode"] == 200
    assert "<h1>" in response["body"]
    assert response["multiValueHeaders"]["Cache-Control"] == ["no-store"]


def test_each_cookie_is_sent_once() -> None:
    response = call("/login")
    multi_headers, headers = response["multiValueHeaders"], response["headers"]
    assert [name for name in multi_headers if name.lower() == "set-cookie"] == ["Set-Cookie"]
    assert sorted(cookie.partition("=")[0] for cookie in multi_headers["Set-Cookie"]) == [
        "__Host-session",
        "__Host-sid",
    ]
    assert not [name for name in headers if name.lower() == "set-cookie"]


@pytest.mark.parametrize("name", [HTMX_FILE, "icon.svg", "page.css"])
def test_files_come_through_byte_for_byte(name: str) -> None:
    response = call(f"/static/{name}")
    body = response["body"]
    content = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    assert content == (ROOT / "ui" / "static" / name).read_bytes()


def test_images_come_through_byte_for_byte(app: Flask) -> None:
    image = bytes(range(256)) * 8
    app.view_functions["login.page"] = lambda: (image, {"Content-Type": "image/png"})
    response = call("/login")
    assert response["isBase64Encoded"]
    assert base64.b64decode(response["body"]) == image


def test_a_form_in_base64_is_read(doctor: FlaskClient) -> None:
    token = read_form_token(doctor)
    cookie = doctor.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    headers = {
        "Cookie": f"{SESSION_COOKIE}={cookie.value}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    response = call(
        "/logout", method="POST", body=urlencode({"csrf_token": token}), headers=headers
    )
    assert response["statusCode"] == 302
    assert "/logout?client_id=" in response["headers"]["Location"]


def test_no_address_is_logged(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        response = call("/login/callback", query={"code": "secret-code", "state": "s"})
    assert response["statusCode"] == 400
    output = capsys.readouterr()
    assert "secret-code" not in caplog.text + output.out + output.err


def test_an_error_names_the_trace_that_the_log_names(monkeypatch: pytest.MonkeyPatch) -> None:
    trace_id = "1-67891233-abcdef012345678912345678"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={trace_id};Sampled=0")
    assert trace_id in call("/logout", method="POST")["body"]


@pytest.mark.parametrize(
    "event", [{"raw_command": "1/0"}, {"command": "os.getcwd"}, {"Records": []}, {}]
)
def test_only_requests_pass(event: dict[str, Any]) -> None:
    with pytest.raises(lambda_handler.NotARequestError):
        lambda_handler.handler(event, Context())
