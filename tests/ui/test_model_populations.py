"""The numbers of the model page follow from those of the card."""

from typing import Any

import pytest
from scipy.stats import binomtest

from ui.model_populations import describe_populations

METRICS = {"validation": {"auc": 1}}
CHILDREN: dict[str, Any] = {"valid": True, "age_years": [1, 5], "metrics": METRICS}
ADULTS: dict[str, Any] = {"valid": False, "age_years": [18, 120]}


def validation(*counts: tuple[int, int], **more: Any) -> dict[str, Any]:
    """The validation of a card with bins of these radiographs and pneumonias."""
    bins = [
        {"low": n / 10, "high": (n + 1) / 10, "radiographs": radiographs, "pneumonia": pneumonia}
        for n, (radiographs, pneumonia) in enumerate(counts)
    ]
    return {"validation": {"reliability": bins, **more}}


def test_a_card_without_populations_is_about_children() -> None:
    [children] = describe_populations({"intended_use": {"age_years": [1, 5]}, "metrics": {"a": 1}})
    assert (children.text, children.is_valid) == ("children of 1 to 5 years", True)
    assert (children.metrics, children.calibration, children.roc) == ({"a": 1}, (), ())


def test_children_come_first_and_metrics_of_the_card_are_theirs() -> None:
    card = {"populations": {"adult": ADULTS, "child": CHILDREN}, "metrics": {"refused": 0.1}}
    children, adults = describe_populations(card)
    assert (adults.text, adults.is_valid) == ("adults of 18 years and over", False)
    assert (children.metrics, adults.metrics) == (METRICS, {})


@pytest.mark.parametrize(("radiographs", "pneumonia"), [(180, 6), (4, 4), (30, 0), (9, 5)])
def test_intervals_are_those_of_wilson(radiographs: int, pneumonia: int) -> None:
    [children] = describe_populations(validation((radiographs, pneumonia)))
    [point] = children.calibration
    exact = binomtest(pneumonia, radiographs).proportion_ci(method="wilson")
    assert point.share == pneumonia / radiographs
    assert point.interval == pytest.approx((exact.low, exact.high), abs=1e-4)


def test_shares_hold_at_the_prevalence_of_the_calibration() -> None:
    [children] = describe_populations(validation((100, 75), (100, 75), prevalence=0.5))
    for point in children.calibration:
        assert point.share == pytest.approx(0.5)
        assert point.interval[0] < 0.5 < point.interval[1]


def test_an_empty_bin_has_no_point() -> None:
    [children] = describe_populations(validation((0, 0), (10, 5)))
    assert [point.bin.low for point in children.calibration] == [0.1]


def test_the_curve_is_that_of_the_card() -> None:
    points = [{"false_positive_rate": x, "sensitivity": y} for x, y in ((0, 0), (0.1, 0.9), (1, 1))]
    [children] = describe_populations(validation(roc=points))
    assert children.roc == ((0, 0), (0.1, 0.9), (1, 1))
