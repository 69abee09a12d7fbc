"""`make smoke STAGE=...` goes the canary's way with what the stage's stacks say.

The local system stands for the stage: its page, its login, and the secrets of its moto.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from canary.login import Account
from deploy import smoke
from deploy.errors import DeployError
from local.aws.clients import build_client
from local.aws.cognito import CANARY_ACCOUNT, PASSWORD
from local.running_resources import read_resources
from tests.deploy.stubbed_account import FakeAccount, fake_account
from tests.running_system import RunningSystem

ACCOUNT = Account(email=CANARY_ACCOUNT.email, password=PASSWORD, totp_seed="").to_json()


class Secrets:
    """Secrets Manager with the texts of a test; the last one stays."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)

    def get_secret_value(self, *, SecretId: str) -> Mapping[str, str]:
        if SecretId != "canary":
            return {"SecretString": "the page's key"}
        return {"SecretString": self._texts.pop(0) if len(self._texts) > 1 else self._texts[0]}


def build_account(system: RunningSystem, *texts: str, **outputs: str) -> FakeAccount:
    resources = read_resources(system.settings)
    return FakeAccount(
        number="111122223333",
        region="us-east-1",
        session=None,
        clients={
            "secretsmanager": Secrets(*texts),
            "cognito-idp": build_client("cognito-idp", system.login_url),
        },
        stage_outputs={
            "PageUrl": system.url,
            "UserPool": resources.user_pool_id,
            "CanaryClient": resources.client_id,
            "CanarySecret": "canary",
            "PageKeySecret": "page-key",
            **outputs,
        },
    )


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "_PAUSE_SECONDS", 0)


def test_each_step_has_a_line_and_the_status_is_zero(
    system: RunningSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke.smoke(build_account(system, ACCOUNT), stage="dev") == 0
    first, *steps, last = capsys.readouterr().out.splitlines()
    assert first == f"The page: {system.url}/"
    assert len(steps) == 8 and all(line.startswith("ok ") for line in steps)
    assert last.startswith("A film went the whole way")


def test_a_step_that_fails_is_named_and_the_status_is_one(
    system: RunningSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    account = build_account(system, ACCOUNT, PageUrl="http://localhost:1")
    assert smoke.smoke(account, stage="dev") == 1
    assert "FAILED  page         no response (ConnectionError)" in capsys.readouterr().err


def test_right_after_the_first_deploy_it_waits_for_the_account(
    system: RunningSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    account = build_account(system, "a random text", "a random text", ACCOUNT)
    assert smoke.smoke(account, stage="dev") == 0
    assert capsys.readouterr().out.count("Waiting for the canary's first run") == 1


def test_an_account_that_never_comes_is_said(
    system: RunningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke, "WAIT_SECONDS", -1)
    with pytest.raises(DeployError, match="stage dev has registered no account"):
        smoke.smoke(build_account(system, "a random text"), stage="dev")


def test_a_stage_of_an_earlier_release_is_said() -> None:
    account: Any = fake_account()
    with pytest.raises(DeployError, match="of an earlier release: make deploy STAGE=dev"):
        smoke.smoke(account, stage="dev")
