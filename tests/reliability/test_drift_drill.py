"""The drill rings for each of its six changes; the windows are fewer here than in the command."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from lambdas.drift.observations import Observation
from reliability.drift_drill.films import Films
from reliability.drift_drill.scenarios import count_false_rings, replay


def build(count: int, *, positive: bool, **changes: Any) -> list[Observation]:
    generator = np.random.default_rng(count)
    return [
        Observation(
            **{
                "score": float(generator.beta(8, 2) if positive else generator.beta(2, 8)),
                "typicality": float(generator.normal(6, 1)),
                "spread": float(generator.normal(60, 5)),
                "sharpness": float(generator.normal(4, 0.5)),
                "is_positive": positive,
                "is_refused": False,
                "is_abstained": False,
                "is_adult": False,
                **changes,
            }
        )
        for _ in range(count)
    ]


def mix(**changes: Any) -> list[Observation]:
    return build(140, positive=False, **changes) + build(60, positive=True, **changes)


@pytest.fixture
def films() -> Films:
    return Films(
        normal=build(300, positive=False),
        pneumonia=build(301, positive=True),
        altered={
            "inverted": mix(is_refused=True),
            "blurred": mix(sharpness=1.0),
            "another contrast": mix(spread=30.0),
            "adults": mix(is_adult=True),
        },
    )


def names(signals: Sequence[object]) -> set[str]:
    return {str(getattr(signal, "name", "")) for signal in signals}


def test_each_change_rings_by_its_own_signal(films: Films) -> None:
    rings = {result.name: names(result.signals) for result in replay(films)}
    assert len(rings) == 6
    assert rings["inverted"] == {"refused"}
    assert rings["adults"] == {"adults"}
    assert rings["blurred"] == {"sharpness"}
    assert rings["another contrast"] == {"spread"}
    assert "score" in rings["all positive"] & rings["30 to 80 % positive"]


def test_a_change_that_alters_nothing_does_not_ring(films: Films) -> None:
    same = Films(normal=films.normal, pneumonia=films.pneumonia, altered={"inverted": mix()})
    [result] = [each for each in replay(same) if each.name == "inverted"]
    assert result.answers is None


def test_windows_without_a_change_hardly_ring(films: Films) -> None:
    assert count_false_rings(films, 300) == 0
