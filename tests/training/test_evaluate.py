"""An evaluation on the test set writes a report, a row of the ledger and metrics on the card."""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from training.artefact.model_folder import read_model_folder
from training.evaluate import REPORTS, choose_outputs
from training.evaluation.ledger import LEDGER, read_ledger


def _evaluate(folder: Path, data: Path, *models: Path) -> "subprocess.CompletedProcess[str]":
    folders = {"--data": data, "--out": folder / "reports", "--pictures": folder / "pictures"}
    options = [str(word) for pair in folders.items() for word in pair]
    command = [sys.executable, "-m", "training.evaluate", *map(str, models), *options]
    command += ["--ledger", str(folder / "ledger.csv")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def evaluation(smoke: Path, drawn_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the smoke model, and its report, ledger and images."""
    folder = tmp_path_factory.mktemp("evaluation")
    shutil.copytree(smoke, folder / "models")
    result = _evaluate(folder, drawn_data, folder / "models")
    assert result.returncode == 0, result.stderr
    (folder / "last").write_text(result.stdout.splitlines()[-1])
    return folder


def test_the_last_line_says_the_figures_of_the_ledger(evaluation: Path) -> None:
    [row] = read_ledger(evaluation / "ledger.csv")
    words = (evaluation / "last").read_text().split()
    assert words[::2] == ["auc", "accuracy", "sensitivity", "specificity", "ece"]
    assert float(words[1]) == pytest.approx(float(row["auc"]), abs=1e-4)
    assert float(words[9]) == pytest.approx(float(row["calibration_error"]), abs=1e-4)


def test_the_card_states_what_the_ledger_has(evaluation: Path) -> None:
    [row] = read_ledger(evaluation / "ledger.csv")
    card = json.loads((evaluation / "models" / "model_card.json").read_text())
    metrics = card["populations"]["child"]["metrics"]["test_half"]
    assert row["model_version"] == card["model_version"]
    assert float(row["auc"]) == metrics["auc"]
    assert metrics["radiographs"] == 12


def test_the_report_has_its_sections_and_shows_curves_that_are_there(evaluation: Path) -> None:
    report = (evaluation / "reports" / "README.md").read_text()
    sections = ("Shortcuts", "Subgroups", "Out-of-distribution detector", "Corruptions")
    for section in (*sections, "Evaluations on the test set"):
        assert f"## {section}" in report
    long_lines = [line for line in report.splitlines() if len(line) > 100]
    assert all(line.startswith("| ") for line in long_lines)
    curves = [part.partition(")")[0] for part in report.split("](")[1:]]
    assert len(curves) == 5
    assert all((evaluation / "reports" / name).stat().st_size > 1000 for name in curves)


def test_every_radiograph_has_its_line_of_predictions(evaluation: Path) -> None:
    version = json.loads((evaluation / "models" / "model_card.json").read_text())["model_version"]
    lines = (
        (evaluation / "reports" / "predictions" / f"{version}-test.csv").read_text().splitlines()
    )
    assert lines[0] == "file,subtype,pneumonia,logit,probability,typicality"
    assert len(lines) == 13


def test_pictures_that_show_x_rays_lie_apart(evaluation: Path) -> None:
    assert len(list((evaluation / "pictures").glob("*.png"))) == 12
    assert not list((evaluation / "reports").rglob("*.png"))


def test_a_try_with_few_radiographs_stays_out_of_the_ledger(
    smoke: Path, drawn_data: Path, tmp_path: Path
) -> None:
    words = [str(smoke), "--data", str(drawn_data), "--out", str(tmp_path)]
    command = [sys.executable, "-m", "training.evaluate", *words]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "does not belong into the ledger" in result.stderr


def test_figures_of_own_data_stay_beside_the_data(smoke: Path, tmp_path: Path) -> None:
    arguments = argparse.Namespace(data=tmp_path, ledger=None, out=None)
    own = choose_outputs(arguments, read_model_folder(smoke))
    assert own == (tmp_path / "ledger.csv", tmp_path / "reports")
    public = choose_outputs(arguments, read_model_folder(ROOT / "models"))
    assert public == (LEDGER, REPORTS)


def test_a_folder_without_a_model_is_named(tmp_path: Path, drawn_data: Path) -> None:
    result = _evaluate(tmp_path, drawn_data, tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"There is no model in {tmp_path}")
