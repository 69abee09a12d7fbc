"""The canary's function emits whether it came through, and never fails by itself."""

import json

from canary.login import Account
from local.aws.clients import build_client
from local.log_metrics import parse_metrics
from tests.canary_function import run_canary_function
from tests.running_system import RunningSystem


def read_values(lines: list[str]) -> dict[str, float]:
    metrics = list(parse_metrics(lines))
    assert all(each.dimensions == {"service": "canary", "stage": "local"} for each in metrics)
    return {each.name: each.value for each in metrics}


def read_error(lines: list[str]) -> tuple[str, str]:
    """The step that failed and the reason, from the log."""
    [entry] = [each for each in map(json.loads, lines) if each.get("level") == "ERROR"]
    return entry["step"], entry["reason"]


def test_a_success_has_its_seconds(system: RunningSystem) -> None:
    values = read_values(run_canary_function(system))
    assert values["CanarySucceeded"] == 1
    assert 0 < values["CanarySeconds"] < 180


def test_a_failure_has_a_step_and_a_reason_and_no_seconds(system: RunningSystem) -> None:
    lines = run_canary_function(system, PUBLIC_URL="http://localhost:1")
    assert read_values(lines) == {"CanarySucceeded": 0}
    assert read_error(lines) == ("page", "no response (ConnectionError)")


def test_a_secret_that_is_not_there_is_a_failure(system: RunningSystem) -> None:
    lines = run_canary_function(system, PAGE_KEY_ARN="nowhere")
    assert read_values(lines) == {"CanarySucceeded": 0}
    assert read_error(lines)[0] == "secrets"


def test_an_account_that_cognito_does_not_know_is_a_failure(system: RunningSystem) -> None:
    account = Account(email="nobody@north.example", password="no password", totp_seed="")
    secrets = build_client("secretsmanager", system.aws_url)
    secrets.create_secret(Name="unknown", SecretString=account.to_json())
    lines = run_canary_function(system, CANARY_SECRET_ARN="unknown")
    assert read_values(lines) == {"CanarySucceeded": 0}
    assert read_error(lines) == ("login", "AdminInitiateAuth answers NotAuthorizedException")
