"""A look at the test half gives a report, a line in the ledger and figures on the card."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from training.evaluation.ledger import read_ledger


def _evaluate(folder: Path, data: Path, *models: Path) -> "subprocess.CompletedProcess[str]":
    places = {"--data": data, "--out": folder / "reports", "--pictures": folder / "pictures"}
    options = [str(word) for pair in places.items() for word in pair]
    command = [sys.executable, "-m", "training.evaluate", *map(str, models), *options]
    command += ["--ledger", str(folder / "ledger.csv")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def looked(smoke: Path, drawn_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the smoke model, and its report, ledger and pictures."""
    folder = tmp_path_factory.mktemp("looked")
    shutil.copytree(smoke, folder / "models")
    done = _evaluate(folder, drawn_data, folder / "models")
    assert done.returncode == 0, done.stderr
    (folder / "last").write_text(done.stdout.splitlines()[-1])
    return folder


def test_the_last_line_says_the_figures_of_the_ledger(looked: Path) -> None:
    [row] = read_ledger(looked / "ledger.csv")
    words = (looked / "last").read_text().split()
    assert words[::2] == ["auc", "accuracy", "sensitivity", "specificity", "ece"]
    assert float(words[1]) == pytest.approx(float(row["auc"]), abs=1e-4)
    assert float(words[9]) == pytest.approx(float(row["calibration_error"]), abs=1e-4)


def test_the_card_states_what_the_ledger_has(looked: Path) -> None:
    [row] = read_ledger(looked / "ledger.csv")
    card = json.loads((looked / "models" / "model_card.json").read_text())
    figures = card["metrics"]["test_half"]
    assert row["model_version"] == card["model_version"]
    assert float(row["auc"]) == figures["auc"]
    assert figures["radiographs"] == 12


def test_the_report_has_its_sections_and_shows_curves_that_are_there(looked: Path) -> None:
    report = (looked / "reports" / "README.md").read_text()
    for section in ("Shortcuts", "Subgroups", "Gate", "Corruptions", "Looks at the test half"):
        assert f"## {section}" in report
    shown = [part.partition(")")[0] for part in report.split("](")[1:]]
    assert len(shown) == 5
    assert all((looked / "reports" / name).stat().st_size > 1000 for name in shown)


def test_every_radiograph_has_its_line_of_predictions(looked: Path) -> None:
    version = json.loads((looked / "models" / "model_card.json").read_text())["model_version"]
    lines = (looked / "reports" / "predictions" / f"{version}-test.csv").read_text().splitlines()
    assert lines[0] == "file,subtype,pneumonia,logit,probability,typicality"
    assert len(lines) == 13


def test_pictures_that_show_x_rays_lie_apart(looked: Path) -> None:
    assert len(list((looked / "pictures").glob("*.png"))) == 12
    assert not list((looked / "reports").rglob("*.png"))


def test_the_same_model_is_no_second_look(looked: Path, drawn_data: Path) -> None:
    done = _evaluate(looked, drawn_data, looked / "models")
    assert done.returncode == 0, done.stderr
    assert len(read_ledger(looked / "ledger.csv")) == 1


def test_a_try_with_few_radiographs_stays_out_of_the_ledger(
    smoke: Path, drawn_data: Path, tmp_path: Path
) -> None:
    words = [str(smoke), "--data", str(drawn_data), "--out", str(tmp_path)]
    command = [sys.executable, "-m", "training.evaluate", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "does not belong into the ledger" in done.stderr


def test_a_folder_without_a_model_is_named(tmp_path: Path, drawn_data: Path) -> None:
    done = _evaluate(tmp_path, drawn_data, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"There is no model in {tmp_path}")
