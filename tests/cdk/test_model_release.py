"""A deploy releases the bundled model, from a reproducible archive and with few rights."""

import json
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from bundles import function_definitions, model_files
from contracts.model_layout import ARCHIVE_FILE, CARD_FILE
from tests.synthesis import Template


def test_a_version_is_what_functions_and_endpoint_read(template: Template) -> None:
    version = json.loads((model_files.MODELS / CARD_FILE).read_text())["model_version"]
    properties = template.only("Custom::ModelRelease")
    assert properties["ModelVersion"] == version
    assert set(properties["Files"]) == {CARD_FILE, "cpu.tflite", ARCHIVE_FILE}


def test_the_archive_packed_twice_is_the_same() -> None:
    first, second = (
        model_files.read_bundled_model().files[ARCHIVE_FILE].read_bytes() for _ in range(2)
    )
    assert sha256(first).digest() == sha256(second).digest()


def test_a_folder_without_a_model_is_no_release(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    card = {"model_version": "none", "artefacts": {"cpu": {"path": "cpu.tflite"}}}
    (tmp_path / CARD_FILE).write_text(json.dumps(card))
    with pytest.raises(subprocess.CalledProcessError):
        model_files.read_bundled_model(tmp_path)
    assert "holds no saved_model.pb" in capfd.readouterr().err


def test_a_deploy_waits_for_the_function_and_not_for_an_hour(template: Template) -> None:
    waited = int(template.only("Custom::ModelRelease")["ServiceTimeout"])
    assert function_definitions.RELEASE_MODEL_FUNCTION.timeout_seconds < waited <= 600


def test_the_function_has_its_rights_before_it_is_asked(template: Template) -> None:
    [resource] = [
        each for each in template.resources.values() if each["Type"] == "Custom::ModelRelease"
    ]
    [token] = resource["Properties"]["ServiceToken"].values()
    assert token[0] in resource["DependsOn"]
    [role] = [name for name in resource["DependsOn"] if "Role" in name]
    assert template.resources[role]["Properties"]["ManagedPolicyArns"]


def test_the_function_reads_only_the_files_of_this_release(template: Template) -> None:
    files = template.only("Custom::ModelRelease")["Files"].values()
    read = [
        json.dumps(statement["Resource"])
        for each in template.resources.values()
        if "IAM" in each["Type"] and "PolicyDocument" in each["Properties"]
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if "cdk-hnb659fds-assets" in json.dumps(statement["Resource"])
    ]
    assert len(read) == 1
    assert all(f"/{key}" in read[0] for key in files)
    assert read[0].count("cdk-hnb659fds-assets") == len(files)
