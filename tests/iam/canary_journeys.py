"""Runs the canary's two functions. Their pool is moto's; the way by HTTP calls nothing of AWS."""

import io
import os
from types import SimpleNamespace
from typing import Any

import pytest

from canary.journey import Journey
from canary.login import parse_account
from contracts.canary import CANARY_EMAIL, CANARY_SITE
from lambdas import clients, register_canary, run_canary
from tests.iam.recorder import Recorder
from tests.lambdas.calls import Context, find_user_pool

_SECRET = "canary-account"


def run_registration(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    _prepare(monkeypatch)
    with recorder.record("registration"):
        register_canary.handler({}, Context())
    secret = clients.secrets().get_secret_value(SecretId=_SECRET)["SecretString"]
    assert parse_account(secret) is not None


def run_function(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first run, which registers the account, as far as the login."""
    _prepare(monkeypatch)
    tokens: list[str] = []

    def log_in(journey: Journey) -> float:
        tokens.append(journey.log_in())
        return 1.0

    def register(params: Any, **_: Any) -> Any:
        """Stands for Lambda, which nothing here runs."""
        with recorder.pause():
            register_canary.handler({}, Context())
            # moto asks only users for the code who prefer it; Cognito asks all.
            clients.user_pools().admin_set_user_mfa_preference(
                UserPoolId=os.environ["USER_POOL_ID"],
                Username=CANARY_EMAIL,
                SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
            )
        return SimpleNamespace(status_code=200), {"StatusCode": 200, "Payload": io.BytesIO()}

    monkeypatch.setattr(Journey, "run", log_in)
    clients.functions().meta.events.register_first("before-call.lambda.Invoke", register)
    with recorder.record("canary"):
        run_canary.handler({}, Context())
    assert tokens


def _prepare(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, cognito = find_user_pool(), clients.user_pools()
    cognito.create_group(UserPoolId=pool, GroupName=CANARY_SITE)
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool,
        SoftwareTokenMfaConfiguration={"Enabled": True},
        MfaConfiguration="ON",
    )
    client = cognito.create_user_pool_client(UserPoolId=pool, ClientName="canary")
    for name in (_SECRET, "page-key"):
        clients.secrets().create_secret(Name=name, SecretString="a random text")
    for name, value in {
        "USER_POOL_ID": pool,
        "CANARY_CLIENT_ID": client["UserPoolClient"]["ClientId"],
        "CANARY_SECRET_ARN": _SECRET,
        "PAGE_KEY_ARN": "page-key",
        "REGISTRATION_FUNCTION": "registration",
        "PUBLIC_URL": "https://xray.example.org",
    }.items():
        monkeypatch.setenv(name, value)
