"""The WSGI application: its settings, its secret, and a secret that cannot be read yet."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from werkzeug.test import Client

import ui.wsgi
from ui.auth.session_keys import derive_session_keys, fetch_secret
from ui.settings import Settings, read_settings

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

ENVIRONMENT = {
    "PUBLIC_URL": "http://localhost:8000/",
    "IMAGES_ORIGIN": "http://localhost:8001",
    "OIDC_ISSUER": "http://localhost:8002/pool",
    "OIDC_LOGIN_URL": "http://localhost:8002",
    "OIDC_CLIENT_ID": "client",
    "SESSION_SECRET_ARN": "session",
    "PAGE_KEY_ARN": "page",
}


@pytest.fixture
def secrets_manager(monkeypatch: pytest.MonkeyPatch) -> Iterator["SecretsManagerClient"]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    ui.wsgi._get_application.cache_clear()
    with mock_aws():
        yield boto3.client("secretsmanager")
    ui.wsgi._get_application.cache_clear()


def test_the_environment_is_what_the_bundle_names() -> None:
    from bundles.function_definitions import UI_FUNCTION

    assert set(ENVIRONMENT) == set(UI_FUNCTION.environment)
    settings = read_settings(ENVIRONMENT)
    assert settings.api_url == "http://localhost:8000/v1"
    assert isinstance(settings, Settings)


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(KeyError, match="PUBLIC_URL"):
        read_settings({})


def test_both_keys_come_from_the_secret_and_differ(secrets_manager: "SecretsManagerClient") -> None:
    secrets_manager.create_secret(Name="session", SecretString="s" * 40)
    keys = derive_session_keys(fetch_secret("session"))
    assert keys == derive_session_keys("s" * 40) != derive_session_keys("t" * 40)
    assert keys.cookie != keys.forms
    assert len(keys.cookie) == len(keys.forms) == 32


def test_a_secret_that_cannot_be_read_yet_is_read_by_the_next_request(
    secrets_manager: "SecretsManagerClient",
) -> None:
    client = Client(ui.wsgi.app)
    response = client.get("/login")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert "Nothing is lost" in response.text
    for name in ("session", "page"):
        secrets_manager.create_secret(Name=name, SecretString="s" * 40)
    assert client.get("/login").status_code == 200


def test_an_unknown_secret_is_an_error(secrets_manager: "SecretsManagerClient") -> None:
    with pytest.raises(ClientError):
        fetch_secret("unknown")
