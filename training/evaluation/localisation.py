"""How well the saliency map finds opacities, and how much of it lies on lungs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contracts.endpoint import INPUT_ROWS
from training.data.adult_films import AdultFilm, read_lungs
from training.data.films import draw_boxes
from training.evaluation.released_model import ReleasedModel
from training.value_types import Mask


@dataclass(frozen=True, kw_only=True)
class Localisation:
    """`pointing` is the share of films whose map has its maximum in a marked opacity (the pointing
    game, Zhang et al. 2018); `baseline` that of the centre of the larger lung.
    """

    films: int
    pointing: float
    baseline: float


@dataclass(frozen=True, kw_only=True)
class LungEnergy:
    """`share` is the mean share of the map that lies in cells of lung; `baseline` that of a map
    that is the same everywhere.
    """

    films: int
    share: float
    baseline: float


def measure_pointing(model: ReleasedModel, films: Sequence[AdultFilm]) -> Localisation:
    """Takes lungs-only films with marked opacities."""
    pairs = [read_lungs(film) for film in films]
    maps = model.predict(np.stack([pixels for pixels, _ in pairs])).attention
    boxes = [draw_boxes(film.boxes) for film in films]
    peaks = [_find_peak(heat) for heat in maps]
    centres = [_find_lung_centre(lungs) for _, lungs in pairs]
    return Localisation(
        films=len(films),
        pointing=float(np.mean([box[peak] for box, peak in zip(boxes, peaks, strict=True)])),
        baseline=float(np.mean([box[at] for box, at in zip(boxes, centres, strict=True)])),
    )


def measure_lung_energy(maps: NDArray[np.float32], lungs: Sequence[Mask]) -> LungEnergy:
    """Takes maps (n, side, side) and masks (224, 224) of the same films; an empty map counts 0."""
    side = maps.shape[1]
    stride = INPUT_ROWS // side
    cells = np.stack([mask.reshape(side, stride, side, stride).any(axis=(1, 3)) for mask in lungs])
    total = np.maximum(maps.sum(axis=(1, 2)), np.finfo(np.float32).tiny)
    return LungEnergy(
        films=len(maps),
        share=float(np.mean((maps * cells).sum(axis=(1, 2)) / total)),
        baseline=float(cells.mean()),
    )


def _find_peak(heat: NDArray[np.float32]) -> tuple[int, int]:
    """Returns the pixel of 224 x 224 at the centre of the strongest cell."""
    stride = INPUT_ROWS // len(heat)
    row, column = np.unravel_index(int(heat.argmax()), heat.shape)
    return int(row) * stride + stride // 2, int(column) * stride + stride // 2


def _find_lung_centre(lungs: Mask) -> tuple[int, int]:
    """Returns the centre of the half of the film with more lung."""
    middle = lungs.shape[1] // 2
    halves = [lungs.copy(), lungs.copy()]
    halves[0][:, middle:] = halves[1][:, :middle] = False
    rows, columns = np.nonzero(max(halves, key=np.sum))
    return (int(rows.mean()), int(columns.mean())) if len(rows) else (middle, middle)
