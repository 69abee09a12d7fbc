"""The commands say what is wrong in the words of who gave them, and count what is not met."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy import synth
from deploy.templates import Finding, Synthesised
from tests.conftest import ROOT


def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Without any credentials."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null"}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**kept, **nowhere, "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_stages_meet_every_rule_and_say_what_they_cost() -> None:
    done = run("deploy.synth")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("findings 0 acknowledged ")
    for told in ("chest-xray-dev:", "chest-xray-prod:", "MB unpacked", "a month", "unverified"):
        assert told in done.stdout


def test_a_wrong_setting_stops_with_its_sentence() -> None:
    done = run("deploy.synth", CDK_CONTEXT_JSON='{"domain_name": "xray.example.org"}')
    assert done.returncode == 2
    assert done.stderr.startswith("Context 'certificate_arn' is")


def test_a_finding_is_counted_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    finding = Finding(rule="AwsSolutions-X1", where="stack/Thing", description="It is open.")

    def synthesised(stage: str, folder: Path) -> Synthesised:
        return Synthesised(
            stage=stage,
            folder=folder,
            templates={},
            findings=[finding],
            acknowledged=frozenset({"Why. Lifted by: that."}),
        )

    monkeypatch.setattr(synth, "synthesise", synthesised)
    monkeypatch.setattr(synth, "_lint", _no_findings)
    assert synth.main() == 1
    said = capsys.readouterr().out
    assert "AwsSolutions-X1 is not met by stack/Thing. It is open." in said
    assert said.splitlines()[-1] == "findings 2 acknowledged 1"


def test_prod_is_not_removed_by_a_command() -> None:
    done = run("deploy", "destroy", "--stage", "prod")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("prod is not removed by a command")


def test_without_credentials_a_deploy_says_how_to_get_them() -> None:
    done = run("deploy", "diff", "--stage", "dev")
    assert done.returncode == 2
    assert done.stderr.startswith("There are no AWS credentials here.")


def _no_findings(made: Synthesised | Mapping[str, object]) -> int:
    return 0
