"""The adult films that a model may be trained on, split by patient.

Films of NIH ChestX-ray14 in `adult_shift` are for testing only, and RSNA drew its films from the
same collection. So each film is compared with them, which takes some 15 seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from training.data.adult_films import (
    NORMAL,
    AdultFilm,
    read_film,
    read_lungs_films,
    read_whole_films,
)
from training.data.film_matches import (
    MIN_CORRELATION,
    Cells,
    Sketches,
    correlate,
    sketch_lungs,
    sketch_whole,
)
from training.data.manifest import DataError
from training.data.split import hash_position

TEST_FOLDER = "adult_shift"


@dataclass(frozen=True)
class AdultFilms:
    """`lungs` are lungs-only films, `whole` the whole films of healthy adults."""

    lungs: tuple[AdultFilm, ...]
    whole: tuple[AdultFilm, ...]


def read_adults(data: Path) -> AdultFilms:
    """Returns the films without those of the test folder, and without films of children.

    A whole film of which the folder has a lungs-only copy gets the copy's patient, view, sex and
    age. Both are empty where the data folder has no films of adults. Raises DataError if it has
    them without the films for testing: they could not be left out.
    """
    lungs, whole = read_lungs_films(data), read_whole_films(data)
    if not lungs and not whole:
        return AdultFilms((), ())
    test_paths = sorted((data / TEST_FOLDER).glob("*.jpg"))
    if not test_paths:
        raise DataError(f"{data / TEST_FOLDER} is missing: its films must not be trained on.")
    test = sketch_whole(map(read_film, test_paths))
    lungs_sketches = sketch_lungs(read_film(film.path) for film in lungs)
    whole_sketches = sketch_whole(read_film(film.path) for film in whole)
    whole = _copy_facts(whole, lungs, correlations=correlate(lungs_sketches, whole_sketches))
    test_patients = _find_patients(lungs, lungs_sketches, test=test) | _find_patients(
        whole, whole_sketches, test=test
    )
    return AdultFilms(
        *(
            tuple(film for film in films if film.is_adult and film.patient not in test_patients)
            for films in (lungs, whole)
        )
    )


def split_adults(
    films: Sequence[AdultFilm], *, share: float
) -> tuple[tuple[AdultFilm, ...], tuple[AdultFilm, ...]]:
    """Returns train and validation: about `share` of the patients, by the hash of the patient.

    The two copies of a film are on the same side. RSNA has an id for each film, so two films of one
    person may be on both.
    """
    train = tuple(film for film in films if hash_position(film.patient) >= share)
    validation = tuple(film for film in films if hash_position(film.patient) < share)
    return train, validation


def _find_patients(films: Sequence[AdultFilm], sketches: Sketches, *, test: Sketches) -> set[str]:
    """Returns the patients of films that are also in the test folder."""
    likeness = correlate(sketches, test).max(axis=1)
    return {
        film.patient for film, best in zip(films, likeness, strict=True) if best >= MIN_CORRELATION
    }


def _copy_facts(
    whole: Sequence[AdultFilm], lungs: Sequence[AdultFilm], *, correlations: Cells
) -> tuple[AdultFilm, ...]:
    """Copies the facts of the lungs-only film that is most like a whole one, if it is the same.

    Whole films are normal: a film with another label is another film.
    """
    if not lungs:
        return tuple(whole)
    is_normal = np.array([film.label == NORMAL for film in lungs])
    likeness = np.where(is_normal[:, np.newaxis], correlations, -1)
    return tuple(
        replace(film, patient=copy.patient, view=copy.view, sex=copy.sex, age_years=copy.age_years)
        if best >= MIN_CORRELATION
        else film
        for film, copy, best in zip(
            whole,
            (lungs[index] for index in likeness.argmax(axis=0)),
            likeness.max(axis=0),
            strict=True,
        )
    )
