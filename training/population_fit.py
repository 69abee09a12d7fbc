"""Fits calibration, threshold and band of one population on its validation films."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.metrics import roc_auc_score

from contracts.answers import Population
from training.artefact.populations import PopulationResult
from training.evaluation.metrics import compute_metrics
from training.fit.calibration import calibrate, fit_calibration
from training.fit.operating_point import choose_operating_point
from training.recipe import Recipe
from training.value_types import Labels, Logits, Members


def fit_population(
    name: Population,
    logits: Sequence[Logits],
    labels: Labels,
    groups: Sequence[Members],
    *,
    recipe: Recipe,
    patients: int,
    films: str,
    auc_groups: Mapping[str, Members],
) -> PopulationResult:
    """Fits calibration and operating point on each film as it is and varied.

    `logits` are those of the films (n,), as they are first.
    """
    times = len(logits)
    labels_of_all = np.tile(labels, times)
    groups_of_all = [np.tile(members, times) for members in groups]
    calibration = fit_calibration(np.concatenate(logits), labels_of_all, groups_of_all)
    point = choose_operating_point(
        calibrate(np.concatenate(logits), calibration),
        labels_of_all,
        groups_of_all,
        sensitivity=recipe.sensitivity,
        band_share=recipe.band_share,
    )
    probabilities = calibrate(logits[0], calibration)
    return PopulationResult(
        name=name,
        calibration=calibration,
        point=point,
        probabilities=probabilities,
        labels=labels,
        patients=patients,
        films=films,
        auc={
            group: float(roc_auc_score(labels[members], logits[0][members]))
            for group, members in auc_groups.items()
        },
        metrics=compute_metrics(probabilities, labels, point=point),
    )
