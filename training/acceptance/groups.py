"""The same metrics by age, sex, view, scanner and population."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from rich.progress import track

from contracts.answers import Answer
from training.acceptance.answered_films import AnsweredFilms
from training.acceptance.calibration import measure_calibration
from training.acceptance.metrics import SHARES, bootstrap_intervals, compute_metrics
from training.acceptance.screen_films import ScreenedFilm

UNKNOWN = "unknown"
# With fewer assessed films of a class, an error more or less moves sensitivity or specificity by
# more than 10 points, and the exact interval of 10 right out of 10 begins at 69 %.
MIN_OF_EACH = 10
# The youngest age of each group, in years, and its name. The model's own limits are among them.
_AGE_GROUPS = (
    (0, "under 1"),
    (1, "1-5"),
    (6, "6-17"),
    (18, "18-39"),
    (40, "40-64"),
    (65, "65 and over"),
)

_Name = Callable[[ScreenedFilm, Answer | None], str]


def measure_groups(films: AnsweredFilms) -> list[dict[str, Any]]:
    """Returns a row for each group of each kind; a kind of which no film says anything has none.

    A group with fewer than MIN_OF_EACH assessed films of a class is `too_small`, and has no rates.
    """
    rows = []
    for kind, name_of in _KINDS.items():
        pairs = zip(films.films, films.answers, strict=True)
        names = np.array([name_of(*pair) or UNKNOWN for pair in pairs])
        if set(names) != {UNKNOWN}:
            rows += [
                {"kind": kind, "group": str(name), **_measure(films.select(names == name))}
                for name in track(np.unique(names), description=f"By {kind}")
            ]
    return sorted(rows, key=_position)


def _measure(films: AnsweredFilms) -> dict[str, Any]:
    assessed = films.labels[films.is_assessed]
    metrics = compute_metrics(films)
    row = {
        "films": len(films.labels),
        "patients": len(set(films.patients)),
        "assessed_pneumonia": int(np.sum(assessed == 1)),
        "assessed_normal": int(np.sum(assessed == 0)),
        "too_small": False,
    }
    if min(row["assessed_pneumonia"], row["assessed_normal"]) < MIN_OF_EACH:
        shares = {name: metrics[name] for name in SHARES}
        return {**row, "too_small": True, "metrics": shares}
    return {
        **row,
        "metrics": metrics,
        "intervals_95": bootstrap_intervals(films),
        "calibration": measure_calibration(films, has_intervals=False),
    }


def _name_age(film: ScreenedFilm, _: Answer | None) -> str:
    if film.age_years is None:
        return ""
    return [name for youngest, name in _AGE_GROUPS if film.age_years >= youngest][-1]


def _name_view(film: ScreenedFilm, _: Answer | None) -> str:
    return (film.radiograph and film.radiograph.view) or film.film.details.view


def _name_sex(film: ScreenedFilm, _: Answer | None) -> str:
    return (film.radiograph and film.radiograph.identity.sex) or film.film.details.sex


def _name_scanner(film: ScreenedFilm, _: Answer | None) -> str:
    radiograph = film.radiograph
    words = (radiograph.manufacturer, radiograph.scanner_model) if radiograph else ()
    return " ".join(filter(None, words)) or film.film.details.scanner


def _name_population(_: ScreenedFilm, answer: Answer | None) -> str:
    return str(answer.population) if answer and answer.population else ""


_KINDS: Mapping[str, _Name] = {
    "age": _name_age,
    "sex": _name_sex,
    "view": _name_view,
    "scanner": _name_scanner,
    "population": _name_population,
}


def _position(row: Mapping[str, Any]) -> tuple[int, bool, int, str]:
    """Sorts by kind, ages by years, and films of which it is unknown last."""
    ages = [name for _, name in _AGE_GROUPS]
    age = ages.index(row["group"]) if row["group"] in ages else len(ages)
    return list(_KINDS).index(row["kind"]), row["group"] == UNKNOWN, age, row["group"]
