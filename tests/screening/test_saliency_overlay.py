"""The saliency overlay is a line around the strongest region, and nothing where there is none."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from screening.saliency_overlay import OVERLAY_SIZE, encode_saliency_overlay

SIZES = [7, 14]


def draw(cells: NDArray[np.float64], shape: tuple[int, int] = (300, 300)) -> Image.Image:
    png = encode_saliency_overlay(tuple(map(tuple, cells.tolist())), shape)
    return Image.open(io.BytesIO(png)).convert("RGBA")


def hill(size: int, *, row: float = 0.5, column: float = 0.5) -> NDArray[np.float64]:
    """A map of size x size that falls from 1 to 0 around a point, given as shares of the sides."""
    centres = (np.arange(size) + 0.5) / size
    distance = np.hypot.outer(centres - row, centres - column)
    cells = np.clip(1 - 2 * distance, 0, 1)
    return np.asarray(cells / cells.max())


@pytest.mark.parametrize("size", SIZES)
def test_the_line_is_at_half_of_the_maximum(size: int) -> None:
    alpha = np.asarray(draw(hill(size)))[..., 3]
    marks = np.argwhere(alpha > 128)
    radii = np.hypot(*(marks.T - OVERLAY_SIZE / 2)) / OVERLAY_SIZE
    assert 0.2 < radii.min() < radii.max() < 0.3
    assert alpha[OVERLAY_SIZE // 2, OVERLAY_SIZE // 2] == alpha[0, 0] == 0


@pytest.mark.parametrize("size", SIZES)
def test_half_is_relative_to_the_maximum(size: int) -> None:
    assert draw(0.7 * hill(size)).tobytes() == draw(hill(size)).tobytes()


@pytest.mark.parametrize("background", ["white", "black"])
def test_the_line_is_visible_on_white_lung_and_on_black_air(background: str) -> None:
    film = Image.new("RGBA", (OVERLAY_SIZE, OVERLAY_SIZE), background)
    film.alpha_composite(draw(hill(14)))
    row = np.asarray(film)[OVERLAY_SIZE // 2]
    line = np.flatnonzero(np.all(row == (255, 176, 0, 255), axis=1))
    assert len(line) >= 6
    beside = np.asarray(film.convert("L"))[OVERLAY_SIZE // 2, line.min() - 8 : line.min()]
    assert beside.min() < 40


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_an_empty_or_flat_map_has_no_line(size: int, value: float) -> None:
    assert not np.asarray(draw(np.full((size, size), value)))[..., 3].any()


@pytest.mark.parametrize("size", SIZES)
def test_a_faint_or_almost_flat_map_has_no_line(size: int) -> None:
    """The network leaves a map faint where there is next to no evidence."""
    for cells in (0.4 * hill(size), 0.5 + 0.5 * hill(size)):
        assert not np.asarray(draw(cells))[..., 3].any()


def test_a_region_at_the_border_of_the_film_has_a_closed_line() -> None:
    alpha = np.asarray(draw(hill(14, row=0.0)))[..., 3]
    assert alpha[0, OVERLAY_SIZE // 2] == 255
    assert alpha[0, 0] == 0


ASPECTS = [((280, 140), (512, 1024)), ((1500, 3000), (1024, 512)), ((1, 9000), (1024, 1))]


@pytest.mark.parametrize(("shape", "size"), ASPECTS)
def test_the_overlay_has_the_aspect_of_the_film(
    shape: tuple[int, int], size: tuple[int, int]
) -> None:
    assert draw(hill(14), shape).size == size
