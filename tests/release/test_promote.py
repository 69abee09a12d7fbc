"""Only a complete and approved version is promoted, a rollback brings back the one before, and no
two people move the pointer at the same moment.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts import model_layout
from contracts.model_pointer import ModelPointer
from release.models_bucket import StageModelsBucket
from release.stage_account import StageError, find_stage
from tests.release.registered_version import BUNDLED, register_beside_bundled
from tests.release.stage import ENVIRONMENT, Stage, start_stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def version(stage: Stage, smoke: Path) -> str:
    return register_beside_bundled(stage, smoke)


def put_gate(stage: Stage, version: str, *, against: str, passed: bool = True) -> None:
    stage.client("s3").put_object(
        Bucket=ENVIRONMENT.models_bucket,
        Key=model_layout.file_key(version, model_layout.gate_file(against)),
        Body=json.dumps({"against": against, "passed": passed}),
    )


def remove_gates(stage: Stage, version: str) -> None:
    for key in stage.objects(f"models/{version}/gate-"):
        stage.client("s3").delete_object(Bucket=ENVIRONMENT.models_bucket, Key=key)


def test_without_a_gate_against_what_answers_nothing_is_promoted(
    stage: Stage, version: str
) -> None:
    put_gate(stage, version, against="another-1")
    result = stage.run("promote", version, "--approve", "read by Dr. Example")
    remove_gates(stage, version)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(
        f"{version} has not passed the gate against {BUNDLED}, which answers in dev."
    )
    assert stage.sagemaker_requests("UpdateModelPackage") == []
    assert stage.read_pointer().model_version == BUNDLED


def test_a_gate_that_was_not_passed_counts_for_nothing(stage: Stage, version: str) -> None:
    put_gate(stage, version, against=BUNDLED, passed=False)
    result = stage.run("promote", version, "--approve", "read by Dr. Example")
    remove_gates(stage, version)
    assert result.stderr.startswith(f"{version} is refused by the gate against {BUNDLED}")
    assert stage.read_pointer().model_version == BUNDLED


def test_approval_promotion_and_the_way_back(stage: Stage, version: str) -> None:
    put_gate(stage, version, against=BUNDLED)
    unapproved = stage.run("promote", version)
    assert (unapproved.returncode, unapproved.stdout) == (2, "")
    assert unapproved.stderr.startswith(
        f"{version} is not approved in dev (PendingManualApproval)."
    )
    assert stage.read_pointer().model_version == BUNDLED

    result = stage.run("promote", version, "--approve", "read by Dr. Example")
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{version} answers in dev; before it {BUNDLED}\n"
    assert stage.read_pointer() == ModelPointer(model_version=version, previous=BUNDLED)
    [approval] = stage.sagemaker_requests("UpdateModelPackage")
    assert approval["ApprovalDescription"] == "read by Dr. Example"

    again = stage.run("promote", version)
    assert again.returncode == 0, again.stderr
    assert stage.read_pointer() == ModelPointer(model_version=version, previous=BUNDLED)

    back = stage.run("promote", "--back")
    assert back.stdout == f"{BUNDLED} answers in dev\n"
    assert stage.read_pointer() == ModelPointer(model_version=BUNDLED)

    twice = stage.run("promote", "--back")
    assert (twice.returncode, twice.stdout) == (2, "")
    assert twice.stderr.startswith("The previous version is not known in dev. Name one")
    assert stage.read_pointer() == ModelPointer(model_version=BUNDLED)


def test_an_emergency_is_promoted_with_a_reason_that_is_stored(stage: Stage, version: str) -> None:
    remove_gates(stage, version)
    result = stage.run("promote", version, "--without-gate", "films of a recalled detector")
    assert result.returncode == 0, result.stderr
    assert stage.read_pointer().model_version == version
    assert stage.sagemaker_requests("UpdateModelPackage")[-1]["ApprovalDescription"] == (
        f"approved before; without a passed gate against {BUNDLED}: films of a recalled detector"
    )
    stage.write_pointer(ModelPointer(model_version=BUNDLED))


def test_the_first_version_of_a_stage_needs_no_gate(stage: Stage, version: str) -> None:
    stage.client("s3").delete_object(Bucket=ENVIRONMENT.models_bucket, Key=model_layout.POINTER_KEY)
    result = stage.run("promote", version)
    stage.write_pointer(ModelPointer(model_version=BUNDLED))
    assert (result.returncode, result.stdout) == (0, f"{version} answers in dev\n")


def test_the_gate_of_the_card_counts(stage: Stage, version: str) -> None:
    stage.put_version("another-1")
    bucket = StageModelsBucket(find_stage("dev"))
    assert bucket.list_gates("another-1", against=BUNDLED) == []
    card = {"gate": {"against": BUNDLED, "passed": True}}
    stage.client("s3").put_object(
        Bucket=ENVIRONMENT.models_bucket,
        Key=model_layout.file_key("another-1", model_layout.CARD_FILE),
        Body=json.dumps(card),
    )
    assert bucket.list_gates("another-1", against=BUNDLED) == [card["gate"]]
    assert bucket.list_gates("another-1", against="another-2") == []


def test_what_a_deploy_brought_needs_no_package(stage: Stage, version: str) -> None:
    stage.write_pointer(ModelPointer(model_version="another-1"))
    result = stage.run("promote", BUNDLED)
    assert result.stdout == f"{BUNDLED} answers in dev; before it another-1\n"


def test_a_version_without_a_package_that_no_deploy_brought_is_refused(
    stage: Stage, version: str, smoke: Path
) -> None:
    """An upload that was interrupted before the package was created leaves the stage so."""
    stage.put_version("smoke-00000000")
    result = stage.run("promote", "smoke-00000000", "--approve", "why not")
    assert result.returncode == 2
    assert result.stderr.startswith("smoke-00000000 is in dev, but not in its model registry.")


def test_a_rejection_is_not_overruled(stage: Stage, version: str) -> None:
    sagemaker = stage.client("sagemaker")
    [package] = sagemaker.list_model_packages(
        ModelPackageGroupName=ENVIRONMENT.model_package_group
    )["ModelPackageSummaryList"]

    def set_approval(status: str) -> None:
        sagemaker.update_model_package(
            ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus=status
        )

    set_approval("Rejected")
    before = stage.read_pointer()
    result = stage.run("promote", version, "--approve", "I like it")
    set_approval("Approved")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{version} was rejected in dev")
    assert stage.read_pointer() == before


def test_a_version_that_is_not_there_is_named(stage: Stage, version: str) -> None:
    result = stage.run("promote", "default-00000000")
    assert result.returncode == 2
    assert result.stderr.startswith("Version default-00000000 is not in models: cpu.tflite, ")
    assert "python -m training.register" in result.stderr


def test_there_is_no_way_back_from_the_first(stage: Stage, version: str) -> None:
    stage.write_pointer(ModelPointer(model_version=BUNDLED))
    result = stage.run("promote", "--back")
    assert result.returncode == 2
    assert result.stderr.startswith("The previous version is not known in dev.")


def test_of_two_people_who_move_the_pointer_one_is_told(
    stage: Stage, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.write_pointer(ModelPointer(model_version=BUNDLED))
    models_bucket = StageModelsBucket(find_stage("dev"))
    read = models_bucket._bucket._read_pointer

    def read_before_another_write() -> tuple[ModelPointer | None, str | None]:
        pointer_and_etag = read()
        stage.write_pointer(ModelPointer(model_version="another-1"))
        return pointer_and_etag

    monkeypatch.setattr(models_bucket._bucket, "_read_pointer", read_before_another_write)
    with pytest.raises(StageError, match="Somebody else changed the version"):
        models_bucket.move_pointer(version)
    assert stage.read_pointer().model_version == "another-1"


def test_a_pointer_that_is_none_is_named(stage: Stage, version: str) -> None:
    s3 = stage.client("s3")
    s3.put_object(Bucket=ENVIRONMENT.models_bucket, Key=model_layout.POINTER_KEY, Body=b"{")
    result = stage.run("promote", "--back")
    stage.write_pointer(ModelPointer(model_version=BUNDLED))
    assert (result.returncode, result.stderr.split(" is ")[0]) == (
        2,
        "models/current.json in models",
    )


def test_without_credentials_the_way_in_is_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    result = stage.run("promote", "--back")
    assert result.returncode == 2
    assert result.stderr.startswith("There are no AWS credentials here. Log in")
