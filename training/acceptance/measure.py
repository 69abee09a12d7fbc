"""The whole acceptance test of one model on one set of films, as one JSON object."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from contracts.sites import SiteSettings
from screening.card import ModelCard
from screening.populations import PopulationCard
from training.acceptance.answered_films import AnsweredFilms, answer_films
from training.acceptance.calibration import measure_calibration
from training.acceptance.groups import MIN_OF_EACH, measure_groups
from training.acceptance.metrics import (
    RESAMPLES,
    bootstrap_intervals,
    compute_metrics,
    count_outcomes,
    count_shares,
)
from training.acceptance.screen_films import ScreenedFilm
from training.sources.source_image import LABELS

CARD_POINT, SITE_POINT = "card", "site"
MOST_WORST = 20


def measure_acceptance(
    films: Sequence[ScreenedFilm],
    card: ModelCard,
    *,
    site: SiteSettings | None,
    split: str,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Measures the answers by the card alone and, with `site`, by its settings as well.

    Both are the answers of the product: they differ where the site has a slope, an offset or a rule
    for ages of its own. A prevalence changes predictive values and the probability that is shown,
    and no decision. Groups and errors are at the last of the points.
    """
    points = {CARD_POINT: None, **({SITE_POINT: site} if site else {})}
    answered = {name: answer_films(films, card, each) for name, each in points.items()}
    last = answered[SITE_POINT if site else CARD_POINT]
    return {
        "model_version": card.model_version,
        "cpu_sha256": card.cpu_sha256,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "populations": [_describe_population(each) for each in card.populations],
        "data": {"split": split, "notes": list(notes), **_describe_films(films)},
        "resamples": RESAMPLES,
        "min_of_each": MIN_OF_EACH,
        "points": {name: _measure_point(answered[name], site=points[name]) for name in points},
        "groups": measure_groups(last),
        "worst_errors": _list_worst(last),
    }


def films_sha256(films: Sequence[ScreenedFilm]) -> str:
    """Returns one hash of the films and their labels; their order and names do not matter."""
    lines = sorted(f"{film.sha256} {int(film.film.pneumonia)}\n" for film in films)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _describe_population(population: PopulationCard) -> dict[str, Any]:
    """The operating point by which films of the population are answered; ages in years."""
    return {
        "name": population.name.value,
        "is_valid": population.is_valid,
        "age_years": list(population.age_years),
        "threshold": population.threshold,
        "band": list(population.band),
        "prevalence": population.prevalence,
    }


def _describe_films(films: Sequence[ScreenedFilm]) -> dict[str, Any]:
    return {
        "films_sha256": films_sha256(films),
        "films": len(films),
        "patients": len({film.patient for film in films}),
        "films_without_patient": sum(film.patient == f"film {film.film.name}" for film in films),
        "pneumonia": sum(film.film.pneumonia for film in films),
    }


def _measure_point(answered: AnsweredFilms, *, site: SiteSettings | None) -> dict[str, Any]:
    prevalence = site.prevalence if site else None
    assessed = answered.select(answered.is_assessed)
    return {
        "settings": asdict(site) if site else None,
        "metrics": compute_metrics(answered, prevalence=prevalence),
        "intervals_95": bootstrap_intervals(answered, prevalence=prevalence),
        "counts": count_shares(answered),
        "outcomes": count_outcomes(answered),
        "scores": {
            "pneumonia": assessed.labels.tolist(),
            "probability": assessed.probabilities.tolist(),
            "shown_at_prevalence": assessed.shown_probabilities.tolist(),
        },
        "calibration": measure_calibration(answered),
    }


def _list_worst(answered: AnsweredFilms) -> list[dict[str, Any]]:
    """Returns the films on the wrong side of the threshold, the surest first."""
    is_wrong = answered.is_assessed & (answered.is_positive != answered.labels)
    errors = answered.select(is_wrong)
    doubt = np.where(errors.labels == 1, errors.probabilities, 1 - errors.probabilities)
    worst = errors.select(np.argsort(doubt, kind="stable")[:MOST_WORST])
    return [
        {
            "file": film.film.name,
            "label": LABELS[film.film.pneumonia],
            "decision": str(answer.decision),
            "probability": answer.probability,
            "age_years": film.age_years,
            "cautions": [str(caution) for caution in answer.cautions],
        }
        for film, answer in zip(worst.films, worst.answers, strict=True)
    ]
