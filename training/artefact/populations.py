"""What validation has measured of one population, and its section of the model card."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_curve

from contracts.answers import Population
from training.data.films import VIEW_NAMES
from training.fit.calibration import PREVALENCE, Calibration, reliability_bins
from training.fit.operating_point import OperatingPoint
from training.model_auc import MIN_AUC
from training.value_types import Labels, Metrics, Probabilities

ADULT_AGE_YEARS = (18, 120)
RULES = {
    Population.CHILD: f"Valid from an AUC of {MIN_AUC[Population.CHILD]} on validation.",
    Population.ADULT: (
        f"Valid from an AUC of {MIN_AUC[Population.ADULT]} in each view, AP and PA, both on "
        "validation and once on whole films of another source."
    ),
}
# The name of all films together, where views do not count.
ALL_FILMS = "all"
_ROC_POINTS = 60


@dataclass(frozen=True, kw_only=True)
class PopulationResult:
    """`probabilities` (n,) are at balanced odds. `films` says what films and labels they are of.
    `auc` is by view, or one value for ALL_FILMS.
    """

    name: Population
    calibration: Calibration
    point: OperatingPoint
    probabilities: Probabilities
    labels: Labels
    patients: int
    films: str
    auc: Mapping[str, float]
    metrics: Metrics

    @property
    def is_valid(self) -> bool:
        """Validation alone does not make a model valid for adults: it has no ill whole film."""
        return self.name is Population.CHILD and reaches_rule(self.name, self.auc)


def reaches_rule(name: Population, auc: Mapping[str, float]) -> bool:
    """Each view is needed; an AUC that is no number does not reach it."""
    views = VIEW_NAMES if name is Population.ADULT else (ALL_FILMS,)
    return all(auc.get(view, 0.0) >= MIN_AUC[name] for view in views)


def describe_population(
    result: PopulationResult, *, child_age_years: Sequence[int]
) -> dict[str, Any]:
    """Returns the fields that `contracts.model_card` names. `child_age_years` are the youngest and
    the oldest of the children in the data.
    """
    is_child = result.name is Population.CHILD
    return {
        "valid": result.is_valid,
        "rule": RULES[result.name],
        "age_years": list(child_age_years if is_child else ADULT_AGE_YEARS),
        "calibration": {
            "method": "Platt, at balanced odds",
            **round_values(asdict(result.calibration)),
        },
        "operating_point": asdict(result.point),
        "validation": {
            "radiographs": len(result.labels),
            "patients": result.patients,
            "films": result.films,
            "prevalence": PREVALENCE,
            "auc": round_values(result.auc),
            "reliability": reliability_bins(result.probabilities, result.labels),
            "roc": _list_roc(result),
        },
        # `training.evaluate` fills in the test set.
        "metrics": {"validation": round_values(result.metrics), "test_half": None},
    }


def _list_roc(result: PopulationResult) -> list[dict[str, float]]:
    """Returns at most 60 points of the curve, evenly spread along it, with both ends."""
    false_positive, sensitivity, _ = roc_curve(result.labels, result.probabilities)
    positions = np.searchsorted(false_positive + sensitivity, np.linspace(0, 2, _ROC_POINTS - 1))
    last = len(false_positive) - 1
    return [
        {
            "false_positive_rate": round(float(false_positive[index]), 5),
            "sensitivity": round(float(sensitivity[index]), 5),
        }
        for index in sorted({*np.minimum(positions, last).tolist(), last})
    ]


def round_values(values: Mapping[str, float]) -> dict[str, float]:
    """Rounds to the six digits that the card holds."""
    return {name: round(value, 6) for name, value in values.items()}
