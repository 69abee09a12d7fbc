"""What the page of the model shows of each population in the card."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts import texts
from contracts.answers import Population
from contracts.language import gettext
from contracts.model_card import list_populations
from contracts.reliability import ReliabilityBin, prevalence_odds_ratio, shift_share

# The normal distribution's quantile of a 95 % interval.
_QUANTILE = 1.96


@dataclass(frozen=True, kw_only=True)
class CalibrationPoint:
    """A bin that holds radiographs: the share with pneumonia at the prevalence of the calibration,
    and the 95 % interval of that share.
    """

    bin: ReliabilityBin
    share: float
    interval: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class ThresholdPoint:
    """Where the threshold lies on the ROC curve of a set of radiographs.

    The ranges are 95 % confidence intervals; they are None where the card has none.
    """

    false_positive_rate: float
    sensitivity: float
    rate_interval: tuple[float, float] | None
    sensitivity_interval: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class PopulationView:
    """`fields` are those of the card. `text` is who belongs to it, such as "children of 1 to 5
    years". `roc` holds false positive rates and sensitivities on validation; it is empty where the
    card has none. `thresholds` has a point for "validation" and "test_half", where there are
    metrics of it.
    """

    text: str
    is_valid: bool
    fields: Mapping[str, Any]
    metrics: Mapping[str, Any]
    calibration: tuple[CalibrationPoint, ...]
    roc: tuple[tuple[float, float], ...]
    thresholds: Mapping[str, ThresholdPoint]


def describe_populations(card: Mapping[str, Any]) -> list[PopulationView]:
    """The populations in the JSON object of a card, children first."""
    # Metrics at the top level of a card are those of children.
    of_children = {Population.CHILD: card.get("metrics", {})}
    return [
        _describe(name, fields, metrics=fields.get("metrics") or of_children.get(name, {}))
        for name, fields in list_populations(card).items()
    ]


def name_valid_populations(card: Mapping[str, Any]) -> str:
    """Such as "children of 1 to 5 years and adults of 18 years and over"; empty for none."""
    names = [
        _name(name, fields) for name, fields in list_populations(card).items() if fields["valid"]
    ]
    return gettext(" and ").join(names)


def _name(name: Population, fields: Mapping[str, Any]) -> str:
    ages = fields.get("age_years")
    return texts.format_population(name, tuple(ages)) if ages else texts.POPULATIONS[name]


def _describe(
    name: Population, fields: Mapping[str, Any], *, metrics: Mapping[str, Any]
) -> PopulationView:
    validation = fields.get("validation", {})
    bins = [ReliabilityBin(**bin_) for bin_ in validation.get("reliability", ())]
    return PopulationView(
        text=_name(name, fields),
        is_valid=fields["valid"],
        fields=fields,
        metrics=metrics,
        calibration=_measure_calibration(bins, validation.get("prevalence")),
        roc=tuple(
            (point["false_positive_rate"], point["sensitivity"])
            for point in validation.get("roc", ())
        ),
        thresholds={
            name: _locate_threshold(metrics[name])
            for name in ("validation", "test_half")
            if {"sensitivity", "specificity"} <= set(metrics.get(name) or ())
        },
    )


def _locate_threshold(metrics: Mapping[str, Any]) -> ThresholdPoint:
    intervals = metrics.get("intervals_95", {})
    low, high = intervals.get("specificity", (None, None))
    return ThresholdPoint(
        false_positive_rate=1 - metrics["specificity"],
        sensitivity=metrics["sensitivity"],
        rate_interval=None if low is None else (1 - high, 1 - low),
        sensitivity_interval=intervals.get("sensitivity"),
    )


def _measure_calibration(
    bins: Sequence[ReliabilityBin], prevalence: float | None
) -> tuple[CalibrationPoint, ...]:
    odds_ratio = 1.0 if prevalence is None else prevalence_odds_ratio(bins, prevalence)
    points = []
    for bin_ in bins:
        if bin_.radiographs:
            low, high = _wilson_interval(bin_.pneumonia, bin_.radiographs)
            points.append(
                CalibrationPoint(
                    bin=bin_,
                    share=shift_share(bin_.pneumonia / bin_.radiographs, odds_ratio),
                    interval=(shift_share(low, odds_ratio), shift_share(high, odds_ratio)),
                )
            )
    return tuple(points)


def _wilson_interval(count: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which is valid for 0 and for all as well."""
    square = _QUANTILE**2
    centre = (count + square / 2) / (total + square)
    variance = count * (total - count) / total + square / 4
    half_width = _QUANTILE * math.sqrt(variance) / (total + square)
    return max(centre - half_width, 0.0), min(centre + half_width, 1.0)
