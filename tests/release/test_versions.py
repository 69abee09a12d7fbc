"""An approver sees which versions there are, their figures, and who approved each, when and why."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts import model_layout
from contracts.model_pointer import ModelPointer
from release.package_request import MAX_PROPERTIES
from tests.release.stage import ENVIRONMENT, Stage, start_stage

_TEST_SET = {
    "radiographs": 312,
    "patients": 207,
    **dict.fromkeys(("auc", "accuracy", "sensitivity", "specificity"), 0.9),
    "calibration_error": 0.05,
    "log_loss": 0.12,
    "uncertain_share": 0.1,
    "intervals_95": {
        name: [0.85, 0.95]
        for name in ("auc", "accuracy", "sensitivity", "specificity", "calibration_error")
    },
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def models(smoke: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two versions, which are one network: `measured-1` has figures of a test set."""
    return {
        "measured-1": _copy_model(smoke, tmp_path_factory, "measured-1", test_half=_TEST_SET),
        "plain-1": _copy_model(smoke, tmp_path_factory, "plain-1", test_half=None),
    }


def _copy_model(
    smoke: Path,
    folders: pytest.TempPathFactory,
    version: str,
    *,
    test_half: dict[str, Any] | None,
) -> Path:
    folder = folders.mktemp(version) / "model"
    shutil.copytree(smoke, folder)
    card = json.loads((folder / model_layout.CARD_FILE).read_text())
    card["populations"]["child"]["metrics"]["test_half"] = test_half
    (folder / model_layout.CARD_FILE).write_text(json.dumps({**card, "model_version": version}))
    return folder


@pytest.fixture(scope="module")
def registered(stage: Stage, models: dict[str, Path]) -> Stage:
    """`plain-1` answers; `measured-1` waits."""
    for folder in models.values():
        result = stage.run("register", str(folder))
        assert result.returncode == 0, result.stderr
    result = stage.run("promote", "plain-1", "--approve", "read by Dr. Example: card, reliability")
    assert result.returncode == 0, result.stderr
    return stage


def _rows(stage: Stage) -> dict[str, list[str]]:
    """The cells of each version's row; a cell of several lines is joined."""
    result = stage.run("versions")
    assert result.returncode == 0, result.stderr
    rows: dict[str, list[str]] = {}
    version = ""
    for line in result.stdout.splitlines():
        cells = [cell.strip() for cell in line.split("│")[1:-1]]
        if cells and cells[0]:
            version, rows[cells[0]] = cells[0], cells[1:]
        elif cells and version:
            rows[version] = [" ".join(pair) for pair in zip(rows[version], cells[1:], strict=True)]
    return {name: [re.sub(r"\s+", " ", cell) for cell in cells] for name, cells in rows.items()}


def test_each_version_has_its_status_and_its_figures(registered: Stage) -> None:
    rows = _rows(registered)
    assert rows.keys() == {"measured-1", "plain-1"}
    assert rows["plain-1"][1].startswith("answers; Approved")
    assert rows["measured-1"][1].startswith("PendingManualApproval")
    assert rows["measured-1"][5].startswith("0.900 (0.850 to 0.950)")
    assert rows["plain-1"][5].strip() == "-"


def test_who_approved_when_and_why_stands_beside_the_version(registered: Stage) -> None:
    decision = _rows(registered)["plain-1"][2]
    assert re.match(r"Approved 20\d\d-\d\d-\d\d \d\d:\d\d by ", decision)
    identity = registered.client("sts").get_caller_identity()["Arn"].split(":", 5)[-1]
    assert identity in decision.replace(" ", "")
    assert decision.strip().endswith("read by Dr. Example: card, reliability")


def test_an_approval_keeps_the_figures_of_the_package(registered: Stage) -> None:
    [update] = registered.sagemaker_requests("UpdateModelPackage")
    metadata = update["CustomerMetadataProperties"]
    assert metadata["model_version"] == "plain-1"
    assert metadata["test_figures"] == "none"
    assert len(metadata) <= MAX_PROPERTIES


def test_a_package_carries_the_figures_of_the_test_set(registered: Stage) -> None:
    package = registered.package("measured-1")
    metadata = package["CustomerMetadataProperties"]
    assert metadata["test_auc"] == "0.9"
    assert metadata["test_auc_95"] == "0.8500 - 0.9500"
    assert metadata["test_radiographs"] == "312"
    evaluations = json.loads(package["ModelCard"]["ModelCardContent"])["evaluation_details"]
    assert [each["name"].split(":")[0] for each in evaluations] == [
        "Validation, by patient",
        "Test set, evaluated once",
    ]


def test_values_of_the_metadata_have_the_characters_that_the_registry_takes(
    registered: Stage,
) -> None:
    metadata = registered.package("measured-1")["CustomerMetadataProperties"]
    assert all(re.fullmatch(r"[\w .:/=+\-@]{1,256}", value) for value in metadata.values())


def test_show_has_the_approval_the_data_and_the_comparison(registered: Stage) -> None:
    result = registered.run("show", "measured-1")
    assert result.returncode == 0, result.stderr
    text = re.sub(r"\s+", " ", result.stdout)
    assert "PendingManualApproval in dev; it does not answer" in text
    assert "plain-1 (answers now)" in text
    # The same network on the same films.
    assert re.search(r"child, validation: AUC │ (\S+) │ \1 │ \+0\.000", text)
    assert "child, test: AUC │ 0.900 (0.850 to 0.950) │ - │ -" in text
    assert "train, child, pneumonia │" in text
    assert "augmentation.noise" in text
    assert "validation_sha256" in text


def test_figures_on_other_films_are_not_compared(
    registered: Stage, models: dict[str, Path]
) -> None:
    from release.show import build_comparison

    cards = [
        json.loads((folder / model_layout.CARD_FILE).read_text()) for folder in models.values()
    ]
    cards[0]["data"]["validation_sha256"] = "another"
    table = build_comparison(cards[0], cards[1])
    differences = list(table.columns[3].cells)
    assert "other films" in differences
    assert not [each for each in differences if str(each).startswith("+")]


def test_a_rejection_says_who_and_why(registered: Stage) -> None:
    sagemaker = registered.client("sagemaker")
    arn = next(
        each["ModelPackageArn"]
        for each in sagemaker.list_model_packages(
            ModelPackageGroupName=ENVIRONMENT.model_package_group
        )["ModelPackageSummaryList"]
        if each["ModelPackageDescription"] == "measured-1"
    )
    sagemaker.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Rejected", ApprovalDescription="too few adults"
    )
    decision = _rows(registered)["measured-1"][2]
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="PendingManualApproval")
    assert decision.startswith("Rejected 20")
    assert decision.replace(" ", "").endswith("fake-user-profile-name:toofewadults")


def test_what_no_one_registered_is_listed_with_its_origin(registered: Stage) -> None:
    registered.put_version("bundled-1", **{model_layout.COPIED_FROM: "an asset"})
    registered.client("s3").put_object(
        Bucket="models", Key=model_layout.file_key("half-1", "cpu.tflite"), Body=b"x"
    )
    with_card = json.dumps({"created": "2026-01-01", "metrics": {}, "populations": {}})
    registered.client("s3").put_object(
        Bucket="models",
        Key=model_layout.file_key("bundled-1", model_layout.CARD_FILE),
        Body=with_card,
        Metadata={model_layout.COPIED_FROM: "an asset"},
    )
    rows = _rows(registered)
    assert rows["bundled-1"][1].startswith("came with a deploy")
    assert rows["half-1"][1].startswith("upload interrupted")


def test_a_version_that_a_stage_lacks_is_named(registered: Stage) -> None:
    result = registered.run("show", "default-00000000")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("There is no version default-00000000 in dev.")


def test_the_version_before_is_marked(registered: Stage) -> None:
    before = registered.read_pointer()
    registered.write_pointer(ModelPointer(model_version="measured-1", previous="plain-1"))
    rows = _rows(registered)
    registered.write_pointer(before)
    assert rows["plain-1"][1].startswith("answered before; Approved")
