"""The least certain answers are left out first, whatever their label."""

import numpy as np

from training.evaluation.abstention import Abstention, abstention_curve


def test_the_nearest_to_the_threshold_is_left_out_first() -> None:
    probabilities = np.array([0.01, 0.55, 0.75, 0.9, 0.99])
    labels = np.array([0, 1, 1, 1, 1])
    curve = abstention_curve(probabilities, labels, threshold=0.7)
    assert curve[:2] == [Abstention(0.0, 0.8), Abstention(0.2, 0.75)]
    assert curve[2] == Abstention(0.4, 1.0)


def test_certain_answers_are_never_left_out() -> None:
    curve = abstention_curve(np.array([0.0, 1.0, 0.6]), np.array([0, 1, 0]), threshold=0.5)
    assert [point.accuracy for point in curve] == [2 / 3, 1.0]
