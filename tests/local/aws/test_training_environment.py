"""A model trained on this machine is registered and promoted as in the cloud."""

import json
import os
import subprocess
import sys
from pathlib import Path

from contracts import keys
from local.aws.resources import FACTS_BUCKET, MODELS_BUCKET, create_buckets, publish_model
from local.aws.training_environment import create_training_environment
from local.settings import Settings
from tests.conftest import ROOT
from tests.local.conftest import aws_process
from tests.running_system import find_free_ports
from training.artefact.model_folder import read_model_folder

FILM = keys.radiograph_id("siteMain", "lineage")
AT = "2026-11-29T10:00:00.000Z"


def run(settings: Settings, command: str) -> str:
    """Runs a command in a shell that has sourced `aws.env`, as the guide describes."""
    result = subprocess.run(
        f". {settings.folder}/aws.env && {sys.executable} -m training.{command} --stage local",
        shell=True,
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "COLUMNS": "250",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_model_goes_from_its_folder_to_the_pointer_and_back(tmp_path: Path, smoke: Path) -> None:
    port = find_free_ports()
    settings = Settings(port=port, folder=tmp_path)
    version = read_model_folder(smoke).version
    with aws_process(tmp_path / "objects", port=port + 1) as s3:
        create_buckets(settings)
        bundled = publish_model(settings)
        create_training_environment(settings)
        assert f"{version} is registered in local" in run(settings, f"register {smoke}")
        output = run(settings, f'promote {version} --approve "a try" --without-gate "a try"')
        assert output == f"{version} answers in local; before it {bundled}\n"
        versions = run(settings, "versions").splitlines()
        # The reason of an approval names the other version too.
        [answering] = [line for line in versions if line.startswith(f"│ {version}")]
        [with_system] = [line for line in versions if line.startswith(f"│ {bundled}")]
        assert "answers; Approved" in answering and "a try" in answering
        assert "answered before; came with a deploy" in with_system
        assert f"{bundled} (answers now)" not in run(settings, f"show {version}")
        assert f"{version} (answers now)" in run(settings, f"show {bundled}")
        assert publish_model(settings) == f"{version} (models/ has {bundled}, not promoted)"
        assert run(settings, "promote --back") == f"{bundled} answers in local\n"
        fact = {"kind": "created", "radiograph_id": FILM, "sequence": 1, "at": AT}
        fields = {"site": "siteMain", "by": "doctor-1", "declared_bytes": 9, "age_years": None}
        s3.put_object(Bucket=FACTS_BUCKET, Key=keys.fact(FILM, 1), Body=json.dumps(fact | fields))
        assert "site siteMain, account doctor-1" in run(settings, f"lineage {FILM}")
        assert s3.get_object(Bucket=MODELS_BUCKET, Key=f"models/{version}/cpu.tflite")
