"""Finds the same film in two sources, by the correlation of its grey inside the lungs.

The films are compared in cells of 8 x 8 pixels; of a lungs-only film, those that lie inside the
lungs as a whole. Correlation does not depend on brightness and contrast, by which the sources
differ. Measured at the limit of 0.98:

- 7,448 lungs-only films of RSNA with 328 of NIH (2,442,944 pairs): 32 pairs, down to 0.986, all of
  the same sex and view and of ages that differ by at most a year, as 1.2 % of all pairs. The next
  pair has 0.973, another sex, another view and another age.
- 2,500 whole films of RSNA with the same 328 (820,000 pairs): 7 pairs above 0.9999; the next has
  0.956.
- The lungs-only with the whole films (18,620,000 pairs): 896 whole films have a match, 893 of them
  one that is labelled normal, as 43 % of all lungs-only films.

A difference hash of 64 bits finds the 7 pairs among 63 at a Hamming distance of 1: chests are
alike. Means of grey, as in `training.sources.near_duplicates`, differ by up to 26 levels for them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contracts.endpoint import INPUT_ROWS
from screening.radiograph import Pixels

# Pairs above it are the same film.
MIN_CORRELATION = 0.98
_SIDE = 28
_CELL = INPUT_ROWS // _SIDE
# As for the lungs: JPEG's ringing on black.
_BLACK = 12
# Sums of squares below it are those of a film of one grey; the grey values are 0 to 1.
_FLAT = 1e-6

Cells = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sketches:
    """Grey and weight of the cells of films, (n, 784); a weight is 1 inside the lungs, else 0."""

    grey: Cells
    weights: Cells


def sketch_lungs(films: Iterable[Pixels]) -> Sketches:
    """Sketches lungs-only films (224, 224) as their files have them: inverted, on black."""
    grey, inside = [], []
    for film in films:
        grey.append(-_average(film))
        inside.append(np.asarray((_cells(film) > _BLACK).all(axis=(1, 3))))
    return Sketches(_stack(grey), _stack(inside))


def sketch_whole(films: Iterable[Pixels]) -> Sketches:
    """Sketches whole films (224, 224)."""
    grey = _stack([_average(film) for film in films])
    return Sketches(grey, np.ones_like(grey))


def correlate(films: Sketches, whole: Sketches) -> Cells:
    """Returns Pearson's r of each film with each whole film, (films, whole films)."""
    weights = films.weights
    count = np.maximum(weights.sum(axis=1, keepdims=True), 1)
    mean = (films.grey * weights).sum(axis=1, keepdims=True) / count
    centred = (films.grey - mean) * weights
    squares = (centred**2).sum(axis=1, keepdims=True)
    whole_mean = weights @ whole.grey.T / count
    whole_squares = weights @ (whole.grey**2).T - count * whole_mean**2
    return np.asarray(centred @ whole.grey.T / np.sqrt(np.maximum(squares * whole_squares, _FLAT)))


def _cells(film: Pixels) -> Pixels:
    return film.reshape(_SIDE, _CELL, _SIDE, _CELL)


def _average(film: Pixels) -> Cells:
    return np.asarray(_cells(film).mean(axis=(1, 3), dtype=np.float32) / 255)


def _stack(cells: Sequence[NDArray[Any]]) -> Cells:
    return np.array(cells, np.float32).reshape(-1, _SIDE**2)
