"""A folder that holds no whole model, or another than its card describes, never reaches a stage."""

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.release.stage import Stage


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("model_card.json", "There is no model in"),
        ("cpu.tflite", "is not whole: cpu.tflite is missing"),
        ("saved_model", "is not whole: saved_model is missing"),
    ],
)
def test_a_folder_that_holds_no_whole_model_is_refused(
    stage: Stage, smoke: Path, tmp_path: Path, damage: str, said: str
) -> None:
    for path in smoke.iterdir():
        if path.name != damage:
            (tmp_path / path.name).symlink_to(path)
    done = stage.run("register", str(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr


def test_other_weights_than_the_card_describes_are_refused(
    stage: Stage, smoke: Path, tmp_path: Path
) -> None:
    for path in smoke.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "cpu.tflite").unlink()
    (tmp_path / "cpu.tflite").write_bytes(b"other weights")
    done = stage.run("register", str(tmp_path))
    assert done.returncode == 2
    assert "cpu.tflite is not what the card of smoke-" in done.stderr


def test_a_card_that_says_too_little_is_refused_before_anything_is_uploaded(
    stage: Stage, smoke: Path, tmp_path: Path
) -> None:
    card = json.loads((smoke / "model_card.json").read_text())
    del card["intended_use"]
    done = register_with(card, stage, smoke, tmp_path)
    assert "The card of smoke-9 is not whole: 'intended_use'" in done.stderr


def test_a_model_whose_two_artefacts_disagree_is_refused_before_anything_is_uploaded(
    stage: Stage, smoke: Path, tmp_path: Path
) -> None:
    card = json.loads((smoke / "model_card.json").read_text())
    card["metrics"]["agreement"]["flips"] = 1
    done = register_with(card, stage, smoke, tmp_path)
    assert "The CPU and endpoint artefacts disagree" in done.stderr


def register_with(
    card: dict[str, Any], stage: Stage, smoke: Path, folder: Path
) -> CompletedProcess[str]:
    """What is said of the smoke model with another card, of which nothing was uploaded."""
    for path in smoke.iterdir():
        if path.name != "model_card.json":
            (folder / path.name).symlink_to(path)
    (folder / "model_card.json").write_text(json.dumps({**card, "model_version": "smoke-9"}))
    done = stage.run("register", str(folder))
    assert done.returncode == 2
    assert stage.objects("models/smoke-9/") == {}
    return done
