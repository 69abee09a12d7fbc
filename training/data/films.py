"""Films as arrays for training: grey, lungs and opacities on one grid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.adult_films import Box, read_film, read_lungs
from training.data.adults import AdultFilms
from training.data.examples import Images, downscale, load_images
from training.data.lung_masks import read_lung_mask
from training.data.manifest import Radiograph, class_labels
from training.value_types import Labels, Mask

Masks = NDArray[np.bool_]
OPACITY = "opacity"
VIEW_NAMES = ("AP", "PA")


@dataclass(frozen=True, eq=False)
class Films:
    """`images` is (n, size, size, 1), 0-255. `lungs` and `opacities` have the same shape; `lungs`
    is false everywhere in a film without a mask. `labels` (n,) is 1 for pneumonia.
    """

    images: Images
    lungs: Masks
    opacities: Masks
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class AdultArrays:
    """`lungs` are lungs-only films with labels, `whole` the whole films of the healthy.

    `groups` are the lungs-only films by label and by number of the view, in VIEW_NAMES.
    """

    lungs: Films
    whole: Films
    groups: Mapping[tuple[int, int], NDArray[np.int64]]


def load_children(radiographs: Sequence[Radiograph], *, data: Path, size: int) -> Films:
    """Loads radiographs with their lung masks; none has its opacities marked."""
    empty = np.zeros((INPUT_ROWS, INPUT_COLUMNS), np.bool_)
    masks = [read_lung_mask(data, radiograph) for radiograph in radiographs]
    lungs = _shrink_masks((empty if mask is None else mask for mask in masks), size=size)
    return Films(
        images=downscale(load_images(radiographs), size),
        lungs=lungs,
        opacities=np.zeros_like(lungs),
        labels=class_labels(radiographs),
    )


def load_adults(films: AdultFilms, *, size: int) -> AdultArrays:
    """Loads the films of adults; of the whole ones, those with a lungs-only copy, by its mask."""
    masks = {film.patient: read_lungs(film)[1] for film in films.lungs}
    whole = [film for film in films.whole if film.patient in masks]
    whole_lungs = _shrink_masks((masks[film.patient] for film in whole), size=size)
    return AdultArrays(
        lungs=Films(
            images=_shrink_films((read_lungs(film)[0] for film in films.lungs), size=size),
            lungs=_shrink_masks(masks.values(), size=size),
            opacities=_shrink_masks((draw_boxes(film.boxes) for film in films.lungs), size=size),
            labels=np.array([film.label == OPACITY for film in films.lungs], np.int64),
        ),
        whole=Films(
            images=_shrink_films((read_film(film.path) for film in whole), size=size),
            lungs=whole_lungs,
            opacities=np.zeros_like(whole_lungs),
            labels=np.zeros(len(whole), np.int64),
        ),
        groups={
            (label, number): np.array(
                [
                    index
                    for index, film in enumerate(films.lungs)
                    if film.view == view and (film.label == OPACITY) == bool(label)
                ]
            )
            for label in (0, 1)
            for number, view in enumerate(VIEW_NAMES)
        },
    )


def draw_boxes(boxes: Iterable[Box]) -> Mask:
    """Returns (224, 224), true inside the boxes."""
    inside = np.zeros((INPUT_ROWS, INPUT_COLUMNS), np.bool_)
    for box in boxes:
        top, bottom = (round(INPUT_ROWS * y) for y in (box.top, box.top + box.height))
        left, right = (round(INPUT_COLUMNS * x) for x in (box.left, box.left + box.width))
        inside[top:bottom, left:right] = True
    return inside


def _shrink_films(films: Iterable[Pixels], *, size: int) -> Images:
    return np.concatenate([downscale(film[np.newaxis], size) for film in films])


def _shrink_masks(masks: Iterable[Mask], *, size: int) -> Masks:
    """Returns (n, size, size, 1): a cell is inside where most of its pixels are."""
    factor = INPUT_ROWS // size
    shares = [mask.reshape(size, factor, size, factor).mean(axis=(1, 3)) for mask in masks]
    return (np.stack(shares) > 0.5)[..., np.newaxis]
