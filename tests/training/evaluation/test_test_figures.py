"""A model gets its figures on the test set once, and the reason is printed where it gets none."""

import json
import shutil
from pathlib import Path

import pytest

from contracts.model_layout import CARD_FILE
from training.evaluation.ledger import read_ledger
from training.evaluation.test_figures import complete_test_figures, has_test_figures


def _copy(smoke: Path, folder: Path, *, max_images: int | None) -> Path:
    shutil.copytree(smoke, folder / "model")
    card = json.loads((folder / "model" / CARD_FILE).read_text())
    card["recipe"]["limit"] = max_images
    (folder / "model" / CARD_FILE).write_text(json.dumps(card))
    return folder / "model"


def _read_card(model: Path) -> dict[str, object]:
    card: dict[str, object] = json.loads((model / CARD_FILE).read_text())
    return card


def test_a_model_is_evaluated_once_and_the_ledger_lies_beside_its_data(
    smoke: Path, drawn_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(drawn_data, data)
    model = _copy(smoke, tmp_path, max_images=None)
    complete_test_figures(model, data=data)
    first = capsys.readouterr().out
    complete_test_figures(model, data=data)
    [row] = read_ledger(data / "ledger.csv")
    assert has_test_figures(_read_card(model))
    assert "test set, 12 radiographs: auc " in first
    assert float(row["auc"]) == pytest.approx(float(first.split("auc ")[1].split()[0]), abs=1e-4)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("max_images", "data", "reason"),
    [
        (30, "drawn", "it is a try, made from few radiographs."),
        (None, "nowhere", "its data are not here (No data set in "),
        (None, "other", "other holds another test set; name its data by --data."),
    ],
)
def test_a_model_without_its_data_or_of_few_films_says_why_it_has_no_figures(
    smoke: Path,
    drawn_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    max_images: int | None,
    data: str,
    reason: str,
) -> None:
    other = tmp_path / "other"
    shutil.copytree(drawn_data, other)
    manifest = other / "chest_xray_224" / "manifest.csv"
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(line for line in lines if "058.png" not in line))
    folder = {"drawn": drawn_data, "nowhere": tmp_path / "nowhere", "other": other}[data]
    model = _copy(smoke, tmp_path, max_images=max_images)
    complete_test_figures(model, data=folder)
    out = capsys.readouterr().out
    assert "has no figures of a test set: " in out
    assert reason in out
    assert not has_test_figures(_read_card(model))
    assert not (folder / "ledger.csv").exists()
