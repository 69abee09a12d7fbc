"""The page under other addresses: a stage in the path, a custom domain, a forged host."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.ui.conftest import SignToken, log_in
from ui.application import create_app
from ui.auth.session_keys import SessionKeys
from ui.settings import Settings

PUBLIC = "https://abc.execute-api.us-east-1.amazonaws.com/dev"


@pytest.fixture
def staged(settings: Settings, keys: SessionKeys) -> Flask:
    return create_app(replace(settings, public_url=PUBLIC), keys, page_key="")


def read_next_page(client: FlaskClient) -> str:
    """Returns where the login leads that the client has started."""
    with client.session_transaction() as session:
        [state] = [state for key, state in session.items() if key.startswith("_state_login_")]
    return str(state["data"]["next_page"])


@pytest.mark.parametrize("path", ["/login", "/dev/login"])
def test_the_prefix_may_be_in_the_path_or_not(staged: Flask, path: str) -> None:
    page = staged.test_client().get(path)
    assert page.status_code == 200
    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
    assert addresses
    assert all(address.startswith("/dev/") for address in addresses)


def test_redirects_and_the_callback_carry_the_prefix(staged: Flask) -> None:
    client = staged.test_client()
    assert client.get("/worklist").headers["Location"] == "/dev/login?next=/dev/worklist"
    assert client.get("/dev").headers["Location"] == "/dev/login?next=/dev/"
    address = client.get("/login/start?next=/dev/worklist").headers["Location"]
    assert "amazonaws.com%2Fdev%2Flogin%2Fcallback" in address
    assert read_next_page(client) == "/dev/worklist"


def test_the_login_leads_to_no_other_page_of_the_host(staged: Flask) -> None:
    client = staged.test_client()
    client.get("/login/start?next=/prod/worklist")
    assert read_next_page(client) == "/dev/"


def test_a_path_that_only_begins_alike_is_another(staged: Flask) -> None:
    assert staged.test_client().get("/development").status_code == 302
    assert staged.test_client().get("/dev/login").status_code == 200


def test_a_forged_host_changes_nothing(visitor: FlaskClient, settings: Settings) -> None:
    response = visitor.get("/login/start", headers={"Host": "evil.example"})
    assert "evil" not in response.headers["Location"]
    assert visitor.get("/", base_url="http://evil.example").headers["Location"] == "/login?next=/"


def test_forms_from_our_own_https_page_are_taken(
    staged: Flask, keys: SessionKeys, sign_token: SignToken
) -> None:
    client = staged.test_client()
    log_in(client, {"token": sign_token(), "csrf_token": "0" * 40}, keys)
    assert post_logout(client, "https://abc.execute-api.us-east-1.amazonaws.com/dev/") == 302
    assert post_logout(client, "https://elsewhere.example/") == 400


def post_logout(client: FlaskClient, referrer: str) -> int:
    page = client.get("/nowhere").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    headers = {"Referer": referrer}
    return client.post("/logout", data={"csrf_token": token}, headers=headers).status_code
