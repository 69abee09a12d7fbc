"""A registered version is whole, waits for approval, and is never written over."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts import model_layout
from release.models_bucket import StageModelsBucket
from release.stage_account import StageError, find_stage
from screening.card import parse_card
from tests.release.registered_version import BUNDLED, register_beside_bundled
from tests.release.stage import ENVIRONMENT, MODEL_FILES, Stage, start_stage
from training.artefact.model_folder import read_model_folder


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def version(stage: Stage, smoke: Path) -> str:
    return register_beside_bundled(stage, smoke)


def test_a_registered_version_is_whole_and_waits_for_approval(stage: Stage, version: str) -> None:
    assert stage.objects(f"models/{version}/").keys() == {
        model_layout.file_key(version, name) for name in MODEL_FILES
    }
    [package] = stage.sagemaker_requests("CreateModelPackage")
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["ModelPackageDescription"] == version
    [container] = package["InferenceSpecification"]["Containers"]
    assert container == {
        "Image": ENVIRONMENT.serving_image,
        "ModelDataUrl": f"s3://models/models/{version}/model.tar.gz",
    }
    assert stage.read_pointer().model_version == BUNDLED


def test_a_package_carries_card_metrics_and_hashes(stage: Stage, version: str, smoke: Path) -> None:
    card = json.loads((smoke / "model_card.json").read_text())
    [package] = stage.sagemaker_requests("CreateModelPackage")
    metadata = package["CustomerMetadataProperties"]
    assert metadata["train_sha256"] == card["data"]["train_sha256"]
    assert metadata["cpu_artefact_sha256"] == card["artefacts"]["cpu"]["sha256"]
    measured = card["populations"]["child"]["metrics"]["validation"]
    assert float(metadata["validation_auc"]) == pytest.approx(measured["auc"])
    assert max(map(len, metadata.values())) <= 256
    [evaluation] = json.loads(package["ModelCard"]["ModelCardContent"])["evaluation_details"]
    metrics = evaluation["metric_groups"][0]["metric_data"]
    assert {metric["name"] for metric in metrics} == measured.keys()
    statistics = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert statistics == f"s3://models/models/{version}/model_card.json"


def test_a_version_is_registered_once(stage: Stage, version: str, smoke: Path) -> None:
    before = stage.objects()
    result = stage.run("register", str(smoke))
    assert result.returncode == 0, result.stderr
    assert len(stage.sagemaker_requests("CreateModelPackage")) == 1
    assert stage.objects() == before


def test_what_screening_loads_is_what_was_trained(stage: Stage, version: str, smoke: Path) -> None:
    response = stage.client("s3").get_object(
        Bucket=ENVIRONMENT.models_bucket, Key=model_layout.file_key(version, "model_card.json")
    )
    card = parse_card(json.loads(response["Body"].read()))
    weights = stage.client("s3").get_object(
        Bucket=ENVIRONMENT.models_bucket, Key=model_layout.file_key(version, card.cpu_path)
    )
    assert weights["Body"].read() == (smoke / card.cpu_path).read_bytes()


def test_a_version_is_never_written_over(stage: Stage, version: str, smoke: Path) -> None:
    model = read_model_folder(smoke)
    child = model.card["populations"]["child"]
    for fields, name in (
        (child["operating_point"], "threshold"),
        (child["calibration"], "shift"),
        (child["validation"], "prevalence"),
        (model.card, "min_lung_energy"),
    ):
        original = fields.get(name)
        fields[name] = 0.123
        with pytest.raises(StageError, match=f"Another model is {version} in models"):
            StageModelsBucket(find_stage("dev")).upload(model)
        fields[name] = original
