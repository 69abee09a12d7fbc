"""The stability index is that of its definition, and what rings is a page, a note or a season."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from lambdas.drift.observations import Observation
from lambdas.drift.signals import Severity, build_reference, compare, compute_psi

RANDOM = np.random.default_rng(1)


def draw(count: int, *, positives: float = 0.3, **changes: Any) -> list[Observation]:
    """Answers of a site: positive ones have high scores and lower in-distribution scores."""
    return [
        Observation(
            **{
                "score": float(RANDOM.beta(8, 2) if positive else RANDOM.beta(2, 8)),
                "typicality": float(RANDOM.normal(6 - positive, 1)),
                "spread": float(RANDOM.normal(60, 5)),
                "sharpness": float(RANDOM.normal(4, 0.5)),
                "is_positive": bool(positive),
                "is_refused": bool(RANDOM.random() < 0.05),
                "is_abstained": bool(RANDOM.random() < 0.08),
                "is_adult": False,
                **changes,
            }
        )
        for positive in RANDOM.random(count) < positives
    ]


def severities(window: Sequence[Observation], *, positives: float = 0.3) -> dict[str, Severity]:
    signals = compare(build_reference(draw(500, positives=positives)), window)
    return {each.name: each.severity for each in signals if each.severity}


def test_the_index_is_the_sum_over_the_bins() -> None:
    shares, others = np.array([0.25, 0.25, 0.5]), np.array([0.5, 0.25, 0.25])
    expected = float(((others - shares) * np.log(others / shares)).sum())
    assert compute_psi(list(shares * 1e6), list(others * 1e6)) == pytest.approx(expected, rel=1e-4)


def test_an_empty_bin_is_no_error() -> None:
    assert compute_psi([0, 500], [200, 0]) > 1


def test_the_same_site_is_silent() -> None:
    assert severities(draw(200)) == {}


@pytest.mark.parametrize(
    ("changes", "signal"),
    [
        ({"score": 0.99}, "score"),
        ({"typicality": 1.0}, "typicality"),
        ({"is_refused": True}, "refused"),
        ({"is_abstained": True}, "abstained"),
        ({"is_adult": True}, "adults"),
    ],
)
def test_other_answers_are_a_page(changes: dict[str, Any], signal: str) -> None:
    assert severities(draw(200, **changes)) == {signal: Severity.PAGE}


@pytest.mark.parametrize(("name", "value"), [("spread", 30.0), ("sharpness", 1.0)])
def test_another_input_is_a_note(name: str, value: float) -> None:
    assert severities(draw(200, **{name: value})) == {name: Severity.NOTE}


def test_a_season_is_a_note_and_no_page() -> None:
    rings = [severities(draw(200, positives=0.32), positives=0.16) for _ in range(50)]
    assert {severity for each in rings for severity in each.values()} == {Severity.NOTE}


def test_nearly_all_positive_is_a_page() -> None:
    assert severities(draw(200, positives=0.85))["score"] is Severity.PAGE


def test_answers_without_statistics_lack_these_signals() -> None:
    reference = build_reference(draw(500, spread=None))
    assert "spread" not in {each.name for each in compare(reference, draw(200))}
    names = {each.name for each in compare(build_reference(draw(500)), draw(200, sharpness=None))}
    assert "sharpness" not in names and "spread" in names
