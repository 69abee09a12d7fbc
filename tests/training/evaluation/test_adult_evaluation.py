"""Whole films of adults are measured by view, each with an interval over patients."""

from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from training.artefact.predictions import Predictions
from training.data.manifest import DataError
from training.evaluation.adult_evaluation import (
    AdultTestSet,
    count_answered,
    load_adults,
    measure_adults,
)
from training.evaluation.released_model import ReleasedModel

VIEWS = np.array(["AP", "PA"] * 4)
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1])
# In AP films one of four pairs is in the wrong order, in PA films none.
GREY = np.array([10, 10, 60, 20, 50, 50, 70, 60], np.uint8)


class Brightness:
    """Stands for a model whose logit is the mean grey; it answers films brighter than 55."""

    def predict(self, pixels: NDArray[np.uint8]) -> Predictions:
        logits = pixels.mean(axis=(1, 2))
        return Predictions(logits, logits, np.empty((len(pixels), 0)), np.zeros((1, 1, 1), "f4"))

    def assesses(self, predictions: Predictions) -> NDArray[np.bool_]:
        return predictions.logits > 55


MODEL = cast(ReleasedModel, Brightness())


@pytest.fixture
def films(tmp_path: Path) -> AdultTestSet:
    folder = tmp_path / "adult_shift"
    folder.mkdir()
    lines = ["file,label,patient,age,sex,view"]
    for number, grey in enumerate(GREY):
        Image.new("L", (256, 256), int(grey)).save(folder / f"{number}.png")
        label = "PNEUMONIA" if LABELS[number] else "NORMAL"
        lines.append(f"{number}.png,{label},{number // 2},50,F,{VIEWS[number]}")
    (folder / "labels.csv").write_text("\n".join(lines))
    films = load_adults(tmp_path)
    assert films is not None
    return films


def test_each_view_has_its_own_figures(films: AdultTestSet) -> None:
    ap, pa = measure_adults(MODEL, films)
    assert (ap.view, ap.radiographs, ap.pneumonia, ap.auc) == ("AP", 4, 2, 0.75)
    assert (pa.view, pa.radiographs, pa.pneumonia, pa.auc) == ("PA", 4, 2, 1.0)
    assert ap.interval[0] < 0.75 <= ap.interval[1] == 1
    assert pa.interval == [1, 1]


def test_films_that_get_an_answer_are_counted_by_view(films: AdultTestSet) -> None:
    assert count_answered(MODEL, films) == {"AP": 2, "PA": 1}


def test_a_view_of_one_class_is_refused(films: AdultTestSet) -> None:
    films.labels[VIEWS == "PA"] = 0
    with pytest.raises(DataError, match="The PA films of adult_shift need both"):
        measure_adults(MODEL, films)


def test_a_data_folder_may_have_none(tmp_path: Path) -> None:
    assert load_adults(tmp_path) is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("file,label,view\n0.png,NORMAL,AP\n", "has no column named patient"),
        ("file,label,patient,view\nnone.png,NORMAL,1,AP\n", "names 1 files .* none.png first"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_table_of_adults_that_cannot_be_followed_is_refused(
    films: AdultTestSet, tmp_path: Path, table: str | None, message: str
) -> None:
    path = tmp_path / "adult_shift" / "labels.csv"
    path.unlink()
    if table:
        path.write_text(table)
    with pytest.raises(DataError, match=message):
        load_adults(tmp_path)
