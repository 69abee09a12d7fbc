"""The commands print each error as a sentence, and count the findings."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy import synth
from deploy.templates import Finding, Synthesis
from tests.conftest import ROOT
from tests.deploy.conftest import environment_without_aws


def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command without any credentials."""
    disabled = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**environment_without_aws(), **disabled, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_stages_meet_every_rule_and_say_what_they_cost() -> None:
    result = run("deploy.synth")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[-1].startswith("findings 0 acknowledged ")
    for text in ("chest-xray-dev:", "chest-xray-prod:", "MB unpacked", "a month", "unverified"):
        assert text in result.stdout


def test_a_wrong_setting_stops_with_its_sentence() -> None:
    result = run("deploy.synth", CDK_CONTEXT_JSON='{"domain_name": "xray.example.org"}')
    assert result.returncode == 2
    assert result.stderr.startswith("Context 'certificate_arn' is")


def test_a_finding_is_counted_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    finding = Finding(rule="AwsSolutions-X1", path="stack/Thing", description="It is open.")

    def fake_synthesise(stage: str, folder: Path, *, defaults: object) -> Synthesis:
        return Synthesis(
            stage=stage,
            folder=folder,
            templates={},
            findings=[finding],
            acknowledged=frozenset({"Why. Lifted by: that."}),
        )

    monkeypatch.setattr(synth, "synthesise", fake_synthesise)
    monkeypatch.setattr("sys.argv", ["synth"])
    monkeypatch.setattr(synth, "_lint", _no_findings)
    assert synth.main() == 1
    output = capsys.readouterr().out
    assert "AwsSolutions-X1 is not met by stack/Thing. It is open." in output
    assert output.splitlines()[-1] == "findings 2 acknowledged 1"


def test_prod_is_not_removed_by_a_command() -> None:
    result = run("deploy", "destroy", "--stage", "prod")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("prod is not removed by a command")


def test_without_credentials_a_deploy_says_how_to_get_them() -> None:
    result = run("deploy", "diff", "--stage", "dev")
    assert result.returncode == 2
    assert result.stderr.startswith("There are no AWS credentials here.")


def _no_findings(synthesis: Synthesis) -> int:
    return 0
