"""Compares one or more challengers with a baseline on the same films."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contracts.answers import Population
from training.artefact.predictions import Predictions
from training.comparison.cached_model import CachedModel
from training.comparison.film_set import VALIDATION, Films, FilmSet
from training.comparison.model_metrics import build_measure, find_right
from training.comparison.paired_statistics import (
    Change,
    McNemar,
    compute_mcnemar,
    measure_changes,
)
from training.comparison.side_measurements import Effort, SideMeasurement, measure_beside
from training.comparison.speed import measure_speed
from training.progress import show_stage
from training.value_types import Labels

ALL_FILMS = "all films"
_SEED = 20261130


@dataclass(frozen=True, kw_only=True)
class GroupResult:
    """The changes on one group of films, by metric."""

    population: Population
    group: str
    normal: int
    pneumonia: int
    changes: dict[str, Change]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One challenger against the baseline. `side` and `milliseconds` have the baseline first;
    `milliseconds` is the median time of the CPU model for one film. `predictions` are those of the
    children's films, the baseline's first.
    """

    baseline: CachedModel
    challenger: CachedModel
    films: FilmSet
    groups: Sequence[GroupResult]
    mcnemar: McNemar
    side: tuple[SideMeasurement, SideMeasurement]
    milliseconds: tuple[float, float]
    predictions: tuple[Predictions, Predictions]

    @property
    def cautions(self) -> list[str]:
        """What a reader must know before the figures, as sentences."""
        if self.films.split != VALIDATION:
            return ["These are test films: no model may be chosen by them."]
        return [
            f"{model.version} was trained with another split or other data: it may have learned "
            "some of these films, and its figures would then be too good."
            for model in (self.baseline, self.challenger)
            if model.validation_sha256 != self.films.sha256
        ]


def compare_models(
    baseline: CachedModel,
    challengers: Sequence[CachedModel],
    films: FilmSet,
    *,
    data: Path,
    effort: Effort,
) -> list[Comparison]:
    """Returns one comparison for each challenger. Raises DataError, ModelError."""
    models = [baseline, *challengers]
    predictions, sides = [], []
    for model in models:
        with show_stage(f"predict with {model.version}"):
            predictions.append(model.predict(films.children.pixels))
            sides.append(measure_beside(model, films, data=data, effort=effort))
    with show_stage("compare on each group of films"):
        groups = list(_measure_groups(models, films, effort=effort))
    times = [1e3 * each for each in measure_speed([m.folder for m in models], turns=effort.turns)]
    labels = films.children.labels
    right = [find_right(m, p, labels) for m, p in zip(models, predictions, strict=True)]
    return [
        Comparison(
            baseline=baseline,
            challenger=challenger,
            films=films,
            groups=[each[number - 1] for each in groups],
            mcnemar=compute_mcnemar(right[0], right[number]),
            side=(sides[0], sides[number]),
            milliseconds=(times[0], times[number]),
            predictions=(predictions[0], predictions[number]),
        )
        for number, challenger in enumerate(challengers, start=1)
    ]


def _measure_groups(
    models: Sequence[CachedModel], films: FilmSet, *, effort: Effort
) -> Iterator[list[GroupResult]]:
    """Yields the results of each group, one for each challenger; all films come first."""
    for part in (films.children, films.adults):
        if part is None:
            continue
        measures = [build_measure(model, part, model.predict(part.pixels)) for model in models]
        everyone = {ALL_FILMS: np.ones(len(part.labels), np.bool_)}
        for name, members in (everyone | dict(part.groups)).items():
            indices = np.flatnonzero(members)
            baseline, *challengers = (
                lambda sample, measure=measure, indices=indices: measure(indices[sample])
                for measure in measures
            )
            changes = measure_changes(
                baseline,
                challengers,
                part.labels[indices],
                patients=[part.patients[index] for index in indices.tolist()],
                resamples=effort.resamples,
                seed=_SEED,
            )
            yield [_describe(part, name, part.labels[indices], each) for each in changes]


def _describe(films: Films, group: str, labels: Labels, changes: dict[str, Change]) -> GroupResult:
    normal, pneumonia = np.bincount(labels, minlength=2).tolist()
    return GroupResult(
        population=films.population,
        group=group,
        normal=normal,
        pneumonia=pneumonia,
        changes=changes,
    )
