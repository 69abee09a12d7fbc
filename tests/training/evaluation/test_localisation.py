"""The pointing game and the energy on lungs are counted as by hand."""

from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.data.adult_data import draw_lungs, write_lungs
from training.artefact.predictions import Predictions
from training.data.adult_films import read_lungs_films
from training.evaluation.localisation import measure_lung_energy, measure_pointing
from training.evaluation.released_model import ReleasedModel


class Pointer:
    """Stands for a model whose maps have their maximum in the given cells."""

    def __init__(self, *cells: tuple[int, int]) -> None:
        self.maps = np.full((len(cells), 14, 14), 0.1, np.float32)
        for number, (row, column) in enumerate(cells):
            self.maps[number, row, column] = 0.9

    def predict(self, pixels: NDArray[np.uint8]) -> Predictions:
        assert pixels.shape == (len(self.maps), 224, 224)
        empty = np.empty(0)
        return Predictions(empty, empty, empty, self.maps)


def test_a_maximum_inside_a_box_is_a_hit(tmp_path: Path) -> None:
    box = "0.25,0.5,0.25,0.25"  # Columns 56 to 112 and rows 112 to 168 of 224.
    rows = {f'{n}.jpg,opacity,AP,50,F,"{box}"': n for n in range(4)}
    write_lungs(tmp_path, rows)
    # Centres (120, 72) and (152, 104) are inside; (104, 72) and (120, 120) are not.
    pointer = Pointer((7, 4), (9, 6), (6, 4), (7, 7))
    films = read_lungs_films(tmp_path)
    result = measure_pointing(cast(ReleasedModel, pointer), films)
    assert (result.films, result.pointing) == (4, 0.5)
    # The centre of the left lung of the picture, (115, 65), is inside.
    assert result.baseline == 1


def test_energy_counts_in_cells_that_have_lung() -> None:
    maps = np.zeros((1, 14, 14), np.float32)
    maps[0, 0, 0], maps[0, 13, 13] = 0.3, 0.1
    lungs = np.zeros((224, 224), np.bool_)
    lungs[5, 5] = True
    energy = measure_lung_energy(maps, [lungs])
    assert energy.share == pytest.approx(0.75)
    assert energy.baseline == pytest.approx(1 / 196)


def test_a_map_that_is_the_same_everywhere_is_the_baseline() -> None:
    energy = measure_lung_energy(np.full((1, 14, 14), 0.4, np.float32), [draw_lungs()])
    assert energy.share == pytest.approx(energy.baseline)
