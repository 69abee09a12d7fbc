"""A change is printed with its interval, and says where there is none."""

import numpy as np
import pytest

from training.comparison.paired_statistics import Change
from training.comparison.report import _compare_corrupted, format_change


def _change(difference: float, low: float, high: float) -> Change:
    return Change(baseline=0.5, challenger=0.5 + difference, interval=(low, high), error=0.01)


@pytest.mark.parametrize(
    ("name", "change", "text"),
    [
        ("auc", _change(-0.1, -0.15, -0.05), "-0.1000 (-0.1500 to -0.0500) worse"),
        ("log_loss", _change(-0.1, -0.15, -0.05), "-0.1000 (-0.1500 to -0.0500)"),
        ("sensitivity", _change(-0.5, -0.5, -0.5), "-0.5000 (the same in all samples) worse"),
        ("answered", _change(-0.00001, -0.1, 0.1), "+0.0000 (-0.1000 to +0.1000)"),
    ],
)
def test_a_change_has_its_interval(name: str, change: Change, text: str) -> None:
    assert format_change(name, change) == text


def test_corrupted_films_are_compared_in_pairs() -> None:
    baseline, challenger = np.array([1.0, 1.0, 0.5, 0.0]), np.array([0.0, 1.0, 0.5, 0.0])
    row = _compare_corrupted("blur", baseline, challenger)
    assert row[0] == "films with blur, 4"
    # The spread of the differences is 0.433 and that of their mean 0.217.
    assert row[3:] == ("0.6250", "0.3750", "-0.2500 (-0.6744 to +0.1744)")
