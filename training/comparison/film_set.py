"""The films on which models are compared, with the groups that are looked at one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contracts.answers import Population
from screening.radiograph import Pixels
from training.data.acquisition_clusters import find_clusters, measure_traces
from training.data.adult_films import AdultFilm, read_lungs
from training.data.adults import read_adults, split_adults
from training.data.examples import load_images
from training.data.films import OPACITY
from training.data.lung_masks import read_lung_mask
from training.data.manifest import Radiograph, class_labels, radiographs_sha256
from training.data.split import DataSplit
from training.value_types import Labels, Members

VALIDATION, TEST = "val", "test"
# Groups with fewer films of either class are not measured: one film would be four points.
MIN_FILMS_PER_CLASS = 25
# The groups are found with the seed of this file, so that they are the same for all models.
_SEED = 20261130
# The first years of age groups; the public data are of the first one.
_FIRST_YEARS = (0, 6, 18, 40, 65)


@dataclass(frozen=True, eq=False)
class Films:
    """`pixels` (n, 224, 224), `labels` (n,) and `patients` of one population; `groups` are the
    members (n,) of each subgroup by its name. Adults' films are lungs only.
    """

    population: Population
    pixels: Pixels
    labels: Labels
    patients: Sequence[str]
    groups: Mapping[str, Members]

    def take(self, per_class: int) -> "Films":
        """Returns films of either class, evenly spread over the set, without groups."""
        indices = np.sort(np.concatenate([_spread(self.labels == it, per_class) for it in (0, 1)]))
        patients = [self.patients[index] for index in indices]
        return Films(self.population, self.pixels[indices], self.labels[indices], patients, {})


@dataclass(frozen=True, eq=False)
class FilmSet:
    """`sha256` is the hash of the children's radiographs, as in a card. `boxed` are adults' films
    with marked opacities, `masked` children's films (n, 224, 224) with pneumonia and their lungs.
    """

    split: str
    sha256: str
    children: Films
    adults: Films | None
    boxed: Sequence[AdultFilm]
    masked: tuple[Pixels, Sequence[Members]] | None


def load_film_set(split: DataSplit, data: Path, *, share: float, name: str = VALIDATION) -> FilmSet:
    """Loads one of VALIDATION and TEST; adults' films are those of validation. Raises DataError."""
    radiographs = split.validation if name == VALIDATION else split.test
    pixels = load_images(radiographs)
    adults = split_adults(read_adults(data).lungs, share=share)[1] if name == VALIDATION else ()
    return FilmSet(
        split=name,
        sha256=radiographs_sha256(radiographs),
        children=Films(
            Population.CHILD,
            pixels,
            class_labels(radiographs),
            [radiograph.patient for radiograph in radiographs],
            _group_children(radiographs, pixels, train=load_images(split.train)),
        ),
        adults=_load_adults(adults) if adults else None,
        boxed=[film for film in adults if film.boxes],
        masked=_load_masked(radiographs, pixels, data=data),
    )


def group_by(name: str, values: Iterable[str]) -> dict[str, Members]:
    """Returns the members (n,) of each value; films without one are in no group."""
    of_films = np.array(list(values))
    return {f"{name} {value}": of_films == value for value in np.unique(of_films) if value}


def name_age(years: int | None) -> str:
    """Returns the age group, such as "6-17 years"; "" where the age is unknown."""
    if years is None:
        return ""
    first = max(each for each in _FIRST_YEARS if each <= years)
    following = [each for each in _FIRST_YEARS if each > years]
    return f"{first}-{following[0] - 1} years" if following else f"{first} years and older"


def _group_children(
    radiographs: Sequence[Radiograph], pixels: Pixels, *, train: Pixels
) -> dict[str, Members]:
    clusters = find_clusters(measure_traces(train), measure_traces(pixels), seed=_SEED)
    labels = class_labels(radiographs)
    groups = {f"acquisition group {number + 1}": clusters == number for number in range(5)}
    for subtype in ("bacteria", "virus"):
        is_kind = np.array([radiograph.subtype == subtype for radiograph in radiographs])
        groups[f"{subtype} against normal"] = is_kind | (labels == 0)
    # A manifest may say these of its films; the public one does not.
    for name in ("view", "sex", "scanner"):
        groups |= group_by(name, (getattr(each, name, "") for each in radiographs))
    ages = (name_age(getattr(each, "age_years", None)) for each in radiographs)
    groups |= group_by("age", ages)
    return _keep_large(groups, labels)


def _load_adults(films: Sequence[AdultFilm]) -> Films:
    labels = np.array([film.label == OPACITY for film in films], np.int64)
    groups = {
        **group_by("view", (film.view for film in films)),
        **group_by("sex", (film.sex for film in films)),
        **group_by("age", (name_age(film.age_years) for film in films)),
    }
    return Films(
        Population.ADULT,
        np.stack([read_lungs(film)[0] for film in films]),
        labels,
        [film.patient for film in films],
        _keep_large(groups, labels),
    )


def _load_masked(
    radiographs: Sequence[Radiograph], pixels: Pixels, *, data: Path
) -> tuple[Pixels, Sequence[Members]] | None:
    ill = [index for index, radiograph in enumerate(radiographs) if radiograph.pneumonia]
    masks = {index: read_lung_mask(data, radiographs[index]) for index in ill}
    lungs = {index: mask for index, mask in masks.items() if mask is not None}
    return (pixels[list(lungs)], list(lungs.values())) if lungs else None


def _keep_large(groups: Mapping[str, Members], labels: Labels) -> dict[str, Members]:
    return {
        name: members
        for name, members in groups.items()
        if np.bincount(labels[members], minlength=2).min() >= MIN_FILMS_PER_CLASS
    }


def _spread(members: Members, count: int) -> NDArray[np.intp]:
    """Returns the indices of at most `count` members, evenly spread over them."""
    indices = np.flatnonzero(members)
    positions = np.linspace(0, len(indices) - 1, min(count, len(indices)))
    return indices[np.round(positions).astype(np.int64)]
