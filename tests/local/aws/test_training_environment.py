"""A model trained on this machine is registered and promoted as in the cloud."""

import os
import subprocess
import sys
from pathlib import Path

from local.aws.resources import MODELS_BUCKET, create_buckets, publish_model
from local.aws.training_environment import create_training_environment
from local.settings import Settings
from tests.conftest import ROOT
from tests.local.conftest import aws_process
from tests.running_system import find_free_ports
from training.artefact.model_folder import read_model_folder


def run(settings: Settings, command: str) -> str:
    """Runs a command in a shell that has sourced `aws.env`, as the guide describes."""
    result = subprocess.run(
        f". {settings.folder}/aws.env && {sys.executable} -m training.{command} --stage local",
        shell=True,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
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
        assert publish_model(settings) == f"{version} (models/ has {bundled}, not promoted)"
        assert run(settings, "promote --back") == f"{bundled} answers in local\n"
        assert s3.get_object(Bucket=MODELS_BUCKET, Key=f"models/{version}/cpu.tflite")
