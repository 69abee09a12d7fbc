"""A version answers once it is whole and approved, the one before comes back, and no two people
move the pointer at once.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts import model_layout
from contracts.model_pointer import ModelPointer, parse_model_pointer
from contracts.serialisation import serialise
from release.account import CloudError, find
from release.models_bucket import Releases
from screening.card import parse_card
from tests.release.stage import PLACE, Stage, deployed
from training.artefact.model_folder import read_model_folder

BUNDLED = read_model_folder(Path("models")).card["model_version"]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, deployed(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def version(stage: Stage, smoke: Path) -> str:
    """A registered version, beside one that came with a deploy and answers."""
    for name in ("model_card.json", "cpu.tflite", "model.tar.gz"):
        key = model_layout.file_key(BUNDLED, name)
        note = {model_layout.COPIED_FROM: "an asset"}
        s3 = stage.client("s3")
        s3.put_object(Bucket=PLACE.models_bucket, Key=key, Body=b"{}", Metadata=note)
    _point(stage, ModelPointer(model_version=BUNDLED))
    done = stage.run("register", str(smoke))
    assert done.returncode == 0, done.stderr
    return read_model_folder(smoke).version


def _point(stage: Stage, pointer: ModelPointer) -> None:
    stage.client("s3").put_object(
        Bucket=PLACE.models_bucket,
        Key=model_layout.POINTER_KEY,
        Body=json.dumps(serialise(pointer)),
    )


def _pointer(stage: Stage) -> ModelPointer:
    found = stage.client("s3").get_object(Bucket=PLACE.models_bucket, Key=model_layout.POINTER_KEY)
    return parse_model_pointer(found["Body"].read())


def test_a_registered_version_is_whole_and_waits_for_approval(stage: Stage, version: str) -> None:
    assert stage.objects(f"models/{version}/").keys() == {
        model_layout.file_key(version, name)
        for name in ("model_card.json", "cpu.tflite", "model.tar.gz")
    }
    [package] = stage.asked("CreateModelPackage")
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["ModelPackageDescription"] == version
    [container] = package["InferenceSpecification"]["Containers"]
    assert container == {
        "Image": PLACE.serving_image,
        "ModelDataUrl": f"s3://models/models/{version}/model.tar.gz",
    }
    assert _pointer(stage).model_version == BUNDLED


def test_a_package_carries_card_metrics_and_hashes(stage: Stage, version: str, smoke: Path) -> None:
    card = json.loads((smoke / "model_card.json").read_text())
    [package] = stage.asked("CreateModelPackage")
    found = package["CustomerMetadataProperties"]
    assert found["train_sha256"] == card["data"]["train_sha256"]
    assert found["cpu_artefact_sha256"] == card["artefacts"]["cpu"]["sha256"]
    assert float(found["validation_auc"]) == pytest.approx(card["metrics"]["validation"]["auc"])
    assert max(map(len, found.values())) <= 256
    [evaluation] = json.loads(package["ModelCard"]["ModelCardContent"])["evaluation_details"]
    measured = evaluation["metric_groups"][0]["metric_data"]
    assert {each["name"] for each in measured} == card["metrics"]["validation"].keys()
    statistics = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert statistics == f"s3://models/models/{version}/model_card.json"


def test_a_version_is_registered_once(stage: Stage, version: str, smoke: Path) -> None:
    before = stage.objects()
    done = stage.run("register", str(smoke))
    assert done.returncode == 0, done.stderr
    assert len(stage.asked("CreateModelPackage")) == 1
    assert stage.objects() == before


def test_what_screening_loads_is_what_was_trained(stage: Stage, version: str, smoke: Path) -> None:
    found = stage.client("s3").get_object(
        Bucket=PLACE.models_bucket, Key=model_layout.file_key(version, "model_card.json")
    )
    card = parse_card(json.loads(found["Body"].read()))
    weights = stage.client("s3").get_object(
        Bucket=PLACE.models_bucket, Key=model_layout.file_key(version, card.cpu_path)
    )
    assert weights["Body"].read() == (smoke / card.cpu_path).read_bytes()


def test_approval_promotion_and_the_way_back(stage: Stage, version: str) -> None:
    refused = stage.run("promote", version)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"{version} is not approved in dev (PendingManualApproval).")
    assert _pointer(stage).model_version == BUNDLED

    done = stage.run("promote", version, "--approve", "read by Dr. Example")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{version} answers in dev; before it {BUNDLED}\n"
    assert _pointer(stage) == ModelPointer(model_version=version, previous=BUNDLED)
    [approval] = stage.asked("UpdateModelPackage")
    assert approval["ApprovalDescription"] == "read by Dr. Example"

    again = stage.run("promote", version)
    assert again.returncode == 0, again.stderr
    assert _pointer(stage) == ModelPointer(model_version=version, previous=BUNDLED)

    back = stage.run("promote", "--back")
    assert back.stdout == f"{BUNDLED} answers in dev\n"
    assert _pointer(stage) == ModelPointer(model_version=BUNDLED)

    twice = stage.run("promote", "--back")
    assert (twice.returncode, twice.stdout) == (2, "")
    assert twice.stderr.startswith("No version before is known in dev. Name one")
    assert _pointer(stage) == ModelPointer(model_version=BUNDLED)


def test_what_a_deploy_brought_needs_no_package(stage: Stage, version: str) -> None:
    _point(stage, ModelPointer(model_version="another-1"))
    done = stage.run("promote", BUNDLED)
    assert done.stdout == f"{BUNDLED} answers in dev; before it another-1\n"


def test_a_version_without_a_package_that_no_deploy_brought_is_refused(
    stage: Stage, version: str, smoke: Path
) -> None:
    """As an upload leaves it that was stopped before the register was told."""
    for name in ("model_card.json", "cpu.tflite", "model.tar.gz"):
        key = model_layout.file_key("smoke-00000000", name)
        stage.client("s3").put_object(Bucket=PLACE.models_bucket, Key=key, Body=b"{}")
    done = stage.run("promote", "smoke-00000000", "--approve", "why not")
    assert done.returncode == 2
    assert done.stderr.startswith("smoke-00000000 is in dev, but not in its register.")


def test_a_rejection_is_not_overruled(stage: Stage, version: str) -> None:
    sagemaker = stage.client("sagemaker")
    [package] = sagemaker.list_model_packages(ModelPackageGroupName=PLACE.model_package_group)[
        "ModelPackageSummaryList"
    ]

    def say(status: str) -> None:
        sagemaker.update_model_package(
            ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus=status
        )

    say("Rejected")
    before = _pointer(stage)
    done = stage.run("promote", version, "--approve", "I like it")
    say("Approved")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{version} was rejected in dev")
    assert _pointer(stage) == before


def test_a_version_that_is_not_there_is_named(stage: Stage, version: str) -> None:
    done = stage.run("promote", "default-00000000")
    assert done.returncode == 2
    assert done.stderr.startswith("Version default-00000000 is not in models: cpu.tflite, ")
    assert "python -m training.register" in done.stderr


def test_there_is_no_way_back_from_the_first(stage: Stage, version: str) -> None:
    _point(stage, ModelPointer(model_version=BUNDLED))
    done = stage.run("promote", "--back")
    assert done.returncode == 2
    assert done.stderr.startswith("No version before is known in dev.")


def test_of_two_people_who_move_the_pointer_one_is_told(
    stage: Stage, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _point(stage, ModelPointer(model_version=BUNDLED))
    releases = Releases(find("dev"))
    read = releases._bucket._read_pointer

    def then_somebody_else() -> tuple[ModelPointer | None, str | None]:
        found = read()
        _point(stage, ModelPointer(model_version="another-1"))
        return found

    monkeypatch.setattr(releases._bucket, "_read_pointer", then_somebody_else)
    with pytest.raises(CloudError, match="Somebody else changed the version"):
        releases.point(version)
    assert _pointer(stage).model_version == "another-1"


def test_a_version_is_never_written_over(stage: Stage, version: str, smoke: Path) -> None:
    artefact = read_model_folder(smoke)
    artefact.card["operating_point"]["threshold"] = 0.123
    with pytest.raises(CloudError, match=f"Another model is {version} in models"):
        Releases(find("dev")).upload(artefact)


def test_a_pointer_that_is_none_is_named(stage: Stage, version: str) -> None:
    s3 = stage.client("s3")
    s3.put_object(Bucket=PLACE.models_bucket, Key=model_layout.POINTER_KEY, Body=b"{")
    done = stage.run("promote", "--back")
    _point(stage, ModelPointer(model_version=BUNDLED))
    assert (done.returncode, done.stderr.split(" is ")[0]) == (2, "models/current.json in models")


def test_without_credentials_the_way_in_is_named(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    done = stage.run("promote", "--back")
    assert done.returncode == 2
    assert done.stderr.startswith("There are no AWS credentials here. Log in")
