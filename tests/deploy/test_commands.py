"""The commands print each error as a sentence, and count the findings."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import __main__ as deploy
from deploy import synth, templates
from deploy.errors import DeployError
from deploy.templates import EXAMPLE_SETTINGS, Finding, Synthesis, load
from tests.conftest import ROOT
from tests.deploy.conftest import environment_without_aws

WITHOUT_CREDENTIALS = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command without any credentials."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**environment_without_aws(), **WITHOUT_CREDENTIALS, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_stages_meet_every_rule_and_say_what_they_cost(
    assemblies: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def load_assembly(stage: str, folder: Path, *, defaults: object) -> Synthesis:
        assert defaults == EXAMPLE_SETTINGS
        return load(stage, assemblies / stage)

    monkeypatch.setattr("sys.argv", ["synth"])
    monkeypatch.setattr(synth, "ROOT", assemblies)
    monkeypatch.setattr(synth, "synthesise", load_assembly)
    status = synth.main()
    output = capsys.readouterr().out
    assert status == 0, output
    findings, acknowledged = re.findall(r"\d+", output.splitlines()[-1])
    assert (findings, int(acknowledged) <= 15) == ("0", True)
    for text in ("\ndev: dev,", "chest-xray-dev:", "chest-xray-prod:", "a month", "unverified"):
        assert text in output


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


@pytest.mark.parametrize("option", ["-cdomain_name=x.example", "--context", "-c"])
def test_a_setting_that_could_not_take_effect_is_refused(option: str) -> None:
    result = run("deploy", "deploy", "--stage", "dev", "--", option)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{option} has no effect on a deploy by make.")


def test_an_example_gives_way_to_a_setting_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`make synth` shows the sites that the hospital has stated, where it has."""
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    file = {"prod": {"sites": {"siteNorth": {"prevalence": 0.1}}}}
    (tmp_path / "cdk.json").write_text(json.dumps({"context": file}))
    (tmp_path / "app.py").write_text("import os, sys; sys.exit(os.environ['CDK_CONTEXT_JSON'])")
    without_sites = {k: v for k, v in EXAMPLE_SETTINGS.items() if k != "sites"}
    for stage, expected in {"prod": without_sites, "dev": EXAMPLE_SETTINGS}.items():
        with pytest.raises(DeployError) as raised:
            templates.synthesise(stage, tmp_path / "out", defaults=EXAMPLE_SETTINGS)
        assert json.loads(str(raised.value)) == {**expected, "stage": stage}


def test_prod_is_not_removed_by_a_command() -> None:
    result = run("deploy", "destroy", "--stage", "prod")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("prod is not removed by a command")


def test_without_credentials_a_deploy_says_how_to_get_them(
    assemblies: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in WITHOUT_CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["deploy", "diff", "--stage", "dev"])
    monkeypatch.setattr(deploy, "synthesise", lambda stage, folder: load(stage, assemblies / stage))
    assert deploy.main() == 2
    assert capsys.readouterr().err.startswith("There are no AWS credentials here.")


def _no_findings(synthesis: Synthesis) -> int:
    return 0
