"""Models are compared with the original system's figures at the same share of pneumonia."""

import numpy as np
import pytest

from training.evaluation import original_comparison
from training.evaluation.decision_rates import decision_rates, rates_at_prevalence
from training.evaluation.original_comparison import BALANCED, STATED, format_comparison

# Of 30 ill films 3 are missed, of 10 healthy ones 2 are positive.
LABELS = np.repeat([1, 0], [30, 10])
IS_POSITIVE = np.concatenate([np.arange(30) >= 3, np.arange(10) < 2])


def test_rates_are_counted_by_hand() -> None:
    rates = decision_rates(LABELS, IS_POSITIVE)
    assert rates == {
        "sensitivity": 27 / 30,
        "specificity": 8 / 10,
        "ppv": 27 / 29,
        "npv": 8 / 11,
        "f1": 54 / (54 + 5),
        "accuracy": 35 / 40,
    }


def test_rates_at_the_sets_own_prevalence_are_those_of_the_set() -> None:
    rates = decision_rates(LABELS, IS_POSITIVE)
    assert rates_at_prevalence(rates, 30 / 40) == pytest.approx(rates)
    balanced = rates_at_prevalence(rates, 0.5)
    assert balanced["accuracy"] == pytest.approx(0.85)
    assert balanced["ppv"] == pytest.approx(0.9 / 1.1)


def test_the_stated_figures_agree_for_a_balanced_set_only() -> None:
    recall, precision = STATED["sensitivity"], STATED["ppv"]
    assert 2 * recall * precision / (recall + precision) == pytest.approx(STATED["f1"], abs=5e-4)

    def accuracy(prevalence: float) -> float:
        return 1 - prevalence * (1 - recall + recall * (1 / precision - 1))

    assert accuracy(BALANCED) == pytest.approx(STATED["accuracy"], abs=1e-3)
    assert abs(accuracy(390 / 624) - STATED["accuracy"]) > 0.02


def test_the_section_has_both_thresholds_and_the_stated_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(original_comparison, "_RESAMPLES", 20)
    patients = [str(index) for index in range(40)]
    # By the sign of the logit all are positive.
    section = format_comparison([("a", np.ones(40), IS_POSITIVE)], LABELS, patients=patients)
    card, raw, stated = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines()[-3:]
    ]
    assert card[:2] == ["a", "of the card"] and card[2].startswith("0.875 (")
    assert raw[:2] == ["a", "0.5, not calibrated"] and raw[2].startswith("0.750 (")
    assert raw[4] == "1.000 (1.000-1.000)"
    assert stated[2:] == ["0.903", "0.897", "0.912", "0.904", "0.903", "0.897", "0.904"]
    assert "here it is 75.0%" in section
