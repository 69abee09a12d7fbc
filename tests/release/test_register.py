"""A folder without a complete model, or with another than its card describes, is refused."""

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.release.stage import Stage


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("model_card.json", "There is no model in"),
        ("cpu.tflite", "is not complete: cpu.tflite is missing"),
        ("saved_model", "is not complete: saved_model is missing"),
    ],
)
def test_a_folder_that_holds_no_whole_model_is_refused(
    stage: Stage, smoke: Path, tmp_path: Path, missing: str, message: str
) -> None:
    for path in smoke.iterdir():
        if path.name != missing:
            (tmp_path / path.name).symlink_to(path)
    result = stage.run("register", str(tmp_path))
    assert result.returncode == 2
    assert message in result.stderr


def test_other_weights_than_the_card_describes_are_refused(
    stage: Stage, smoke: Path, tmp_path: Path
) -> None:
    for path in smoke.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "cpu.tflite").unlink()
    (tmp_path / "cpu.tflite").write_bytes(b"other weights")
    result = stage.run("register", str(tmp_path))
    assert result.returncode == 2
    assert "cpu.tflite is not what the card of smoke-" in result.stderr


def test_a_card_that_says_too_little_is_refused_before_anything_is_uploaded(
    stage: Stage, smoke: Path, tmp_path: Path
) -> None:
    card = json.loads((smoke / "model_card.json").read_text())
    del card["intended_use"]
    result = register_with(card, stage, smoke, tmp_path)
    assert "The card of smoke-9 is not complete: 'intended_use'" in result.stderr


def test_a_model_whose_two_artefacts_disagree_is_refused_before_anything_is_uploaded(
    stage: Stage, smoke: Path, tmp_path: Path
) -> None:
    card = json.loads((smoke / "model_card.json").read_text())
    card["metrics"]["agreement"]["flips"] = 1
    result = register_with(card, stage, smoke, tmp_path)
    assert "The two exports disagree" in result.stderr


def test_a_stage_without_versions_says_how_to_register_one(stage: Stage) -> None:
    result = stage.run("versions")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("dev has no version yet: python -m training.register")


def register_with(
    card: dict[str, Any], stage: Stage, smoke: Path, folder: Path
) -> CompletedProcess[str]:
    """Tries to register the smoke model with another card; checks that nothing is uploaded."""
    for path in smoke.iterdir():
        if path.name != "model_card.json":
            (folder / path.name).symlink_to(path)
    (folder / "model_card.json").write_text(json.dumps({**card, "model_version": "smoke-9"}))
    result = stage.run("register", str(folder))
    assert result.returncode == 2
    assert stage.objects("models/smoke-9/") == {}
    return result
