"""The application of the environment: its secret, and what happens while it cannot be read."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from werkzeug.test import Client

import ui.wsgi
from ui.auth.session_keys import keys_of, read_keys
from ui.settings import Settings, from_environment

ENVIRONMENT = {
    "PUBLIC_URL": "http://localhost:8000/",
    "IMAGES_ORIGIN": "http://localhost:8001",
    "OIDC_ISSUER": "http://localhost:8002/pool",
    "OIDC_LOGIN_URL": "http://localhost:8002",
    "OIDC_CLIENT_ID": "client",
    "SESSION_SECRET_ARN": "session",
}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    ui.wsgi._application.cache_clear()
    with mock_aws():
        yield boto3.client("secretsmanager")
    ui.wsgi._application.cache_clear()


def test_the_environment_is_what_the_bundle_names() -> None:
    from bundles.functions import UI_FUNCTION

    assert set(ENVIRONMENT) == set(UI_FUNCTION.environment)
    settings = from_environment(ENVIRONMENT)
    assert settings.api_url == "http://localhost:8000/v1"
    assert isinstance(settings, Settings)


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(KeyError, match="PUBLIC_URL"):
        from_environment({})


def test_both_keys_come_from_the_secret_and_differ(aws: Any) -> None:
    aws.create_secret(Name="session", SecretString="s" * 40)
    keys = read_keys("session")
    assert keys == keys_of("s" * 40) != keys_of("t" * 40)
    assert keys.cookie != keys.forms
    assert len(keys.cookie) == len(keys.forms) == 32


def test_a_secret_that_cannot_be_read_yet_is_read_by_the_next_request(aws: Any) -> None:
    client = Client(ui.wsgi.app)
    waiting = client.get("/login")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "2")
    assert "Nothing is lost" in waiting.text
    aws.create_secret(Name="session", SecretString="s" * 40)
    assert client.get("/login").status_code == 200


def test_an_unknown_secret_is_an_error(aws: Any) -> None:
    with pytest.raises(ClientError):
        read_keys("unknown")
