"""What a model was trained, validated and tested on: the number of films of each kind."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from contracts.answers import Population
from training.data.adult_films import AdultFilm
from training.data.split import DataSplit


@dataclass(frozen=True, kw_only=True)
class FilmKind:
    """The films of one kind are counted together; "" where the source does not say it."""

    source: str
    split: str
    population: Population
    label: str
    view: str = ""
    sex: str = ""


def count_films(films: Iterable[tuple[FilmKind, str]]) -> list[dict[str, Any]]:
    """Returns one row for each kind, of films with their patients; unknown facts are None."""
    patients: defaultdict[FilmKind, list[str]] = defaultdict(list)
    for kind, patient in films:
        patients[kind].append(patient)
    return [
        {
            "source": kind.source,
            "split": kind.split,
            "population": kind.population.value,
            "class": kind.label,
            "view": kind.view or None,
            "sex": kind.sex or None,
            "films": len(members),
            "patients": len(set(members)),
        }
        for kind, members in sorted(patients.items(), key=lambda item: astuple(item[0]))
    ]


def list_children(split: DataSplit) -> list[tuple[FilmKind, str]]:
    """Returns the kind and the patient of each radiograph of the children's set."""
    return [
        (
            FilmKind(
                source=radiograph.source,
                split=name,
                population=Population.CHILD,
                label="pneumonia" if radiograph.pneumonia else "normal",
                view=radiograph.view,
                sex=radiograph.sex,
            ),
            radiograph.patient,
        )
        for name, members in vars(split).items()
        for radiograph in members
    ]


def list_adults(films: Iterable[AdultFilm], *, split: str) -> list[tuple[FilmKind, str]]:
    """Returns the kind and the patient of each film of adults."""
    return [
        (
            FilmKind(
                source=film.path.parent.name,
                split=split,
                population=Population.ADULT,
                label=film.label,
                view=film.view,
                sex=film.sex,
            ),
            film.patient,
        )
        for film in films
    ]
