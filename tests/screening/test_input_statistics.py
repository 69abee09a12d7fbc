"""The numbers of the network's input are those of the definition."""

import numpy as np
import pytest
from scipy.ndimage import laplace

from screening.input_statistics import measure_input


def test_a_flat_image_has_no_spread_and_no_sharpness() -> None:
    statistics = measure_input(np.full((224, 224), 87, np.uint8))
    assert (statistics.mean, statistics.spread, statistics.sharpness) == (87, 0, 0)


def test_the_numbers_are_those_of_scipy() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (224, 224)).astype(np.uint8)
    statistics = measure_input(pixels)
    assert statistics.mean == pytest.approx(pixels.mean(), rel=1e-5)
    assert statistics.spread == pytest.approx(pixels.std(), rel=1e-5)
    inside = laplace(pixels.astype(np.float32))[1:-1, 1:-1]
    assert statistics.sharpness == pytest.approx(np.abs(inside).mean(), rel=1e-5)
