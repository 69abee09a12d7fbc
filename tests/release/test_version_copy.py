"""A version goes from dev to prod with the same bytes, and waits for approval there."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts import model_layout
from contracts.model_layout import SHA256
from tests.release.stage import ENVIRONMENT, MODEL_FILES, Stage, create_environment, start_stage
from training.artefact.model_folder import read_model_folder

PROD = replace(
    ENVIRONMENT,
    stage="prod",
    models_bucket="models-prod",
    facts_bucket="facts-prod",
    model_package_group="chest-xray-prod",
)
_TO_PROD = ("--from-stage", "dev", "--stage", "prod")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        create_environment(stage, PROD)
        yield stage


@pytest.fixture(scope="module")
def version(stage: Stage, drawn_data: Path, smoke: Path) -> str:
    """The model of a job, registered in dev."""
    stage.job_outputs.append(smoke)
    launch = ["--recipe", "smoke", "--data", str(drawn_data), "--wait"]
    result = stage.run("launch", *launch)
    assert result.returncode == 0, result.stderr
    return read_model_folder(smoke).version


def _hashes(stage: Stage, bucket: str, version: str) -> dict[str, str]:
    s3 = stage.client("s3")
    return {
        name: hashlib.sha256(
            s3.get_object(Bucket=bucket, Key=model_layout.file_key(version, name))["Body"].read()
        ).hexdigest()
        for name in MODEL_FILES
    }


def test_the_card_names_the_job_and_its_instance(stage: Stage, version: str) -> None:
    key = model_layout.file_key(version, model_layout.CARD_FILE)
    card = json.loads(stage.client("s3").get_object(Bucket="models", Key=key)["Body"].read())
    job = card["provenance"]["job"]
    assert job["arn"].endswith(f":training-job/{job['name']}")
    assert job["instance_type"] == "ml.m5.xlarge"
    metadata = stage.package(version)["CustomerMetadataProperties"]
    assert metadata["job_name"] == job["name"]
    assert metadata["job_instance_type"] == "ml.m5.xlarge"


def test_a_version_of_dev_waits_for_approval_in_prod(stage: Stage, version: str) -> None:
    [in_dev] = stage.sagemaker_requests("CreateModelPackage")
    result = stage.run("register", version, *_TO_PROD)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"{version} is registered in prod: PendingManualApproval")
    package = stage.package(version)
    assert package["ModelPackageGroupName"] == "chest-xray-prod"
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["MetadataProperties"] == in_dev["MetadataProperties"]
    assert package["CustomerMetadataProperties"]["copied_from_stage"] == "dev"
    assert _hashes(stage, "models-prod", version) == _hashes(stage, "models", version)


def test_the_copy_can_be_promoted_and_dev_stays_as_it_is(stage: Stage, version: str) -> None:
    assert stage.run("register", version, *_TO_PROD).returncode == 0
    result = stage.run("promote", version, "--stage", "prod", "--approve", "read by Dr. Example")
    assert result.returncode == 0, result.stderr
    assert stage.run("promote", version).stderr.startswith(f"{version} is not approved in dev")


def test_a_file_that_changed_on_its_way_is_refused(stage: Stage, version: str) -> None:
    s3 = stage.client("s3")
    for name in MODEL_FILES:
        source = {"Bucket": "models", "Key": model_layout.file_key(version, name)}
        s3.copy_object(Bucket="models", Key=f"kept/{name}", CopySource=source)
    for name, message in (
        ("cpu.tflite", "cpu.tflite in dev is not what its card describes."),
        ("model.tar.gz", "model.tar.gz in dev cannot be unpacked: "),
    ):
        key = model_layout.file_key(version, name)
        content = b"other"
        s3.put_object(
            Bucket="models",
            Key=key,
            Body=content,
            Metadata={SHA256: hashlib.sha256(content).hexdigest()},
        )
        result = stage.run("register", version, *_TO_PROD)
        s3.copy_object(
            Bucket="models", Key=key, CopySource={"Bucket": "models", "Key": f"kept/{name}"}
        )
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.startswith(message)


def test_a_file_with_another_hash_than_its_upload_is_refused(stage: Stage, version: str) -> None:
    s3, key = stage.client("s3"), model_layout.file_key(version, "cpu.tflite")
    original = s3.get_object(Bucket="models", Key=key)
    content = original["Body"].read()
    s3.put_object(Bucket="models", Key=key, Body=b"x", Metadata=original["Metadata"])
    result = stage.run("register", version, *_TO_PROD)
    s3.put_object(Bucket="models", Key=key, Body=content, Metadata=original["Metadata"])
    assert result.returncode == 2
    assert result.stderr.startswith(f"models/{version}/cpu.tflite in models is not what was")


def test_a_version_that_dev_rejected_stays_there(stage: Stage, version: str) -> None:
    sagemaker = stage.client("sagemaker")
    [package] = sagemaker.list_model_packages(ModelPackageGroupName="chest-xray-dev")[
        "ModelPackageSummaryList"
    ]
    arn = package["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Rejected")
    result = stage.run("register", version, *_TO_PROD)
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="PendingManualApproval")
    assert result.returncode == 2
    assert result.stderr.startswith(f"{version} was rejected in dev: python -m training.show")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["default-00000000", *_TO_PROD],
            "There is no version default-00000000 in models: models/default-00000000/cpu.tflite",
        ),
        (["smoke-1", "--from-stage", "dev"], "smoke-1 is to be copied from dev to itself."),
        (["smoke-1", "--from-stage", "test"], "There is no stage test in us-east-1."),
        (
            ["smoke-1", *_TO_PROD, "--from-profile", "nobody"],
            "The config profile (nobody) could not be found. Log in (aws sso login)",
        ),
    ],
)
def test_what_stands_in_the_way_of_a_copy_is_said(
    stage: Stage, arguments: list[str], message: str
) -> None:
    result = stage.run("register", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
