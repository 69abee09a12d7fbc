"""A stage is protected from deletion once it has been complete, and not before."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from deploy import __main__ as deploy
from deploy import preflight
from deploy.account import Account
from deploy.errors import DeployError
from deploy.first_deploy import choose_protection
from deploy.preflight import PreflightResult
from deploy.templates import Synthesis, stack_names

ACCOUNT, DATA, SERVICE = stack_names("prod")


@dataclass(frozen=True, kw_only=True)
class AccountWithStacks(Account):
    """`states` are by stack name; a stack that is not in it does not exist."""

    states: Mapping[str, str]

    def stack(self, name: str) -> Mapping[str, Any] | None:
        return {"StackStatus": self.states[name]} if name in self.states else None


def _account(**states: str) -> AccountWithStacks:
    names = {"data": DATA, "service": SERVICE}
    by_name = {names[key]: status for key, status in states.items()}
    return AccountWithStacks(number="1", region="us-east-1", session=None, states=by_name)


def _synthesis(folder: Path, *protected: str) -> Synthesis:
    artifacts: dict[str, Any] = {
        name: {"properties": {"terminationProtection": name in protected}}
        for name in (DATA, SERVICE)
    }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    templates: dict[str, dict[str, Any]] = {name: {"Resources": {}} for name in stack_names("prod")}
    return Synthesis(
        stage="prod", folder=folder, templates=templates, findings=[], acknowledged=frozenset()
    )


@pytest.mark.parametrize(
    ("states", "protection"),
    [
        ({}, "none"),
        ({"data": "ROLLBACK_COMPLETE"}, "none"),
        ({"data": "REVIEW_IN_PROGRESS"}, "none"),
        ({"data": "ROLLBACK_FAILED"}, "none"),
        ({"data": "CREATE_COMPLETE"}, "data"),
        ({"data": "UPDATE_COMPLETE", "service": "ROLLBACK_COMPLETE"}, "data"),
        ({"data": "CREATE_COMPLETE", "service": "CREATE_FAILED"}, "data"),
        ({"data": "CREATE_COMPLETE", "service": "CREATE_COMPLETE"}, None),
        ({"data": "UPDATE_ROLLBACK_COMPLETE", "service": "UPDATE_COMPLETE"}, None),
    ],
    ids=str,
)
def test_only_what_was_complete_once_is_protected(
    states: dict[str, str], protection: str | None, tmp_path: Path
) -> None:
    synthesis = _synthesis(tmp_path, DATA, SERVICE)
    assert choose_protection(_account(**states), synthesis) == protection


def test_a_stage_without_protection_is_deployed_at_once(tmp_path: Path) -> None:
    assert choose_protection(_account(), _synthesis(tmp_path)) is None


@pytest.fixture
def deploys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The value of `deletion_protection` with which each deploy was made; CDK is not called."""
    protections: list[str] = []

    def synthesise(stage: str, folder: Path, *, overrides: Mapping[str, str]) -> Synthesis:
        first = _synthesis(tmp_path)
        return replace(first, folder=Path(overrides["deletion_protection"]))

    def cdk(*arguments: str, app: Path) -> None:
        protections.append(app.name if app != tmp_path else "as set")

    monkeypatch.setattr(deploy, "synthesise", synthesise)
    monkeypatch.setattr(deploy, "cdk", cdk)
    monkeypatch.setattr(deploy, "_print_next_steps", lambda *_: None)
    result = PreflightResult(problems=[], notices=[])
    monkeypatch.setattr(preflight, "run_checks", lambda *_: result)
    return protections


ARGUMENTS = argparse.Namespace(yes="1", more=[])


def test_the_first_deploy_protects_the_stage_after_its_success(
    deploys: list[str], tmp_path: Path
) -> None:
    deploy.deploy(_account(), _synthesis(tmp_path, DATA, SERVICE), ARGUMENTS)
    assert deploys == ["none", "as set"]


def test_a_later_deploy_never_takes_the_protection_away(deploys: list[str], tmp_path: Path) -> None:
    account = _account(data="UPDATE_COMPLETE", service="UPDATE_COMPLETE")
    deploy.deploy(account, _synthesis(tmp_path, DATA, SERVICE), ARGUMENTS)
    assert deploys == ["as set"]


def test_a_first_deploy_that_fails_can_be_repeated_by_the_same_command(
    deploys: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: str, app: Path) -> None:
        raise DeployError("cdk deploy did not succeed; the lines above say why.")

    monkeypatch.setattr(deploy, "cdk", fail)
    with pytest.raises(DeployError, match="Start again: make deploy STAGE=prod"):
        deploy.deploy(_account(), _synthesis(tmp_path, DATA, SERVICE), ARGUMENTS)
