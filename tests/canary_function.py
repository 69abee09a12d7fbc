"""Runs the canary's function in this process, against the local system."""

import contextlib
import io

import pytest

from canary.login import Account
from lambdas import clients, observability, run_canary
from local.aws.clients import build_client
from local.aws.cognito import CANARY_ACCOUNT, PASSWORD
from local.running_resources import read_resources
from tests.lambdas.calls import Context
from tests.running_system import RunningSystem


def run_canary_function(system: RunningSystem, **changes: str) -> list[str]:
    """Returns the lines that the function logs. `changes` are of its environment."""
    resources = read_resources(system.settings)
    secrets = build_client("secretsmanager", system.aws_url)
    account = Account(email=CANARY_ACCOUNT.email, password=PASSWORD, totp_seed="")
    for name, text in {"canary-account": account.to_json(), "canary-page-key": "none"}.items():
        with contextlib.suppress(secrets.exceptions.ResourceExistsException):
            secrets.create_secret(Name=name, SecretString=text)
    variables = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": system.aws_url,
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": system.login_url,
        "POWERTOOLS_TRACE_DISABLED": "true",
        "STAGE": "local",
        "USER_POOL_ID": resources.user_pool_id,
        "CANARY_CLIENT_ID": resources.client_id,
        "CANARY_SECRET_ARN": "canary-account",
        "PAGE_KEY_ARN": "canary-page-key",
        "PUBLIC_URL": resources.public_url,
        **changes,
    }
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(output):
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setattr(observability.logger, "service", "canary")
        # The logger keeps the stream that it found at its import.
        patch.setattr(observability.logger.registered_handler, "stream", output)
        _forget_clients()
        run_canary.handler({}, Context())
    _forget_clients()
    return output.getvalue().splitlines()


def _forget_clients() -> None:
    for factory in (clients.secrets, clients.user_pools, clients.functions):
        factory.cache_clear()
