"""A run that cannot succeed is refused in a sentence, before TensorFlow is imported."""

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from training.data.manifest import DESCRIPTION_FILE, FOLDER, MANIFEST

# Runs the command, and then says which library it has imported.
SCRIPT = """
import sys
from training.command import run_command
from training.__main__ import run
status = run_command(lambda: run(sys.argv[1:]))
print("imported:", *({"tensorflow", "keras", "jax"} & sys.modules.keys()))
sys.exit(status)
"""
Rows = list[dict[str, str]]


@pytest.fixture
def data(drawn_data: Path, tmp_path: Path) -> Path:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    return tmp_path


def _run(data: Path, options: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", SCRIPT, "--data", str(data), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _refuse(data: Path, *options: str, recipe: str = "smoke") -> str:
    """Returns the sentence."""
    result = _run(data, ["--recipe", recipe, "--out", str(data / "out"), *options])
    assert (result.returncode, result.stdout) == (2, "imported:\n"), result.stderr
    assert "Traceback" not in result.stderr
    assert not (data / "out").exists()
    return result.stderr


def _edit(data: Path, change: Callable[[Rows], Rows]) -> None:
    path = data / FOLDER / MANIFEST
    with path.open(newline="") as lines:
        rows = change(list(csv.DictReader(lines)))
    with path.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def _leave_out(data: Path, condition: Callable[[dict[str, str]], bool]) -> None:
    _edit(data, lambda rows: [row for row in rows if not condition(row)])


def test_data_that_are_not_there_are_refused(data: Path) -> None:
    assert _refuse(data / "nowhere").startswith(f"No data set in {data / 'nowhere'}")


def test_data_without_a_description_are_refused(data: Path) -> None:
    (data / FOLDER / DESCRIPTION_FILE).unlink()
    assert "about.json is missing, and the model card repeats it" in _refuse(data)


def test_data_without_a_test_set_are_refused(data: Path) -> None:
    _leave_out(data, lambda row: row["split"] == "test")
    assert f"{data} has no test set, and training needs one to report on." in _refuse(data)


def test_a_test_set_of_one_class_is_refused(data: Path) -> None:
    _leave_out(data, lambda row: row["split"] == "test" and row["class"] == "NORMAL")
    assert "The test set needs both normal and pneumonia radiographs." in _refuse(data)


def test_data_of_one_class_are_refused(data: Path) -> None:
    _leave_out(data, lambda row: row["class"] == "NORMAL")
    assert f"All radiographs of {data} are labelled PNEUMONIA" in _refuse(data)


def test_too_few_patients_are_refused(data: Path) -> None:
    """The drawn data have eight patients without pneumonia in train."""
    patients = [f"patient-{number}" for number in (0, 3, 6, 9)]
    _leave_out(data, lambda row: row["patient_key"] in patients)
    sentence = f"{data} has 4 patients with normal radiographs outside the test set"
    assert _refuse(data).startswith(sentence)


def test_a_setting_that_the_recipe_lacks_is_refused(data: Path) -> None:
    assert _refuse(data, "--set", "epoch=3").startswith(
        "A recipe has no setting 'epoch'. Did you mean 'epochs'? All are: "
    )


def test_a_recipe_that_needs_adults_is_refused_without_them(data: Path) -> None:
    assert "needs films of adults" in _refuse(data, "--set", "adults=true")


def test_missing_weights_are_refused_where_no_model_has_the_layers(data: Path) -> None:
    sentence = _refuse(data, recipe="original")
    assert f"{data}/weights/resnet50v2_imagenet_to_stage3.keras is not there." in sentence
    assert "python -m training.prepare weights" in sentence


def test_a_start_that_is_no_model_is_refused(data: Path) -> None:
    assert f"There is no model in {data}" in _refuse(data, "--warm-start", str(data))


def test_a_start_of_other_layers_is_refused(data: Path, smoke: Path) -> None:
    sentence = _refuse(data, "--warm-start", str(smoke), "--set", "image_size=224")
    assert "cannot be the start of smoke: side is 112 there, and 224 here." in sentence


def test_a_frozen_head_without_a_start_is_refused(data: Path, drawn_data: Path) -> None:
    (data / "adult_lungs").mkdir()
    assert "keeps the answers of an earlier model" in _refuse(data, recipe="joint")


def test_another_backend_does_not_start_from_a_model(data: Path, smoke: Path) -> None:
    options = ("--warm-start", str(smoke), "--backend", "jax")
    assert "use --backend tensorflow" in _refuse(data, *options)


@pytest.mark.parametrize("option", ["--out", "--cache", "--checkpoints", "--pixel-cache"])
def test_a_folder_that_takes_no_files_is_refused(data: Path, option: str) -> None:
    (data / "file").write_text("")
    sentence = _refuse_folder(data, option, data / "file" / "folder")
    assert "file/folder cannot be written: Not a directory. Name another folder." in sentence
    assert "is a file, and a folder is needed" in _refuse_folder(data, option, data / "file")


def _refuse_folder(data: Path, option: str, folder: Path) -> str:
    command = ["--recipe", "smoke", "--out", str(data / "out"), option, str(folder)]
    result = _run(data, command)
    assert (result.returncode, result.stdout) == (2, "imported:\n"), result.stderr
    return result.stderr
