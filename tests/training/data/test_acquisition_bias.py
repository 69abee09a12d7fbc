"""The weights remove the acquisition bias, and no radiograph dominates the rest."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from sklearn.metrics import roc_auc_score

from training.data.acquisition_bias import PropensityModel, acquisition_features

RNG = np.random.default_rng(0)
LABELS = (np.arange(4000) % 4 > 0).astype(np.int64)
# Normal radiographs are sharper by one and a half standard deviations, and their files larger.
SHARP = RNG.normal(size=4000) - 1.5 * LABELS
FEATURES = np.column_stack([SHARP, SHARP + RNG.normal(size=4000)])


def test_weighted_classes_are_not_told_apart_by_their_acquisition() -> None:
    weights = PropensityModel.fit(FEATURES, LABELS).weights(FEATURES, LABELS)
    assert roc_auc_score(LABELS, FEATURES[:, 0]) < 0.2
    for column in (0, 1):
        auc = roc_auc_score(LABELS, FEATURES[:, column], sample_weight=weights)
        assert auc == pytest.approx(0.5, abs=0.05)


def test_classes_keep_their_shares() -> None:
    weights = PropensityModel.fit(FEATURES, LABELS).weights(FEATURES, LABELS)
    assert [weights[label == LABELS].mean() for label in (0, 1)] == pytest.approx([1, 1])


def test_no_radiograph_counts_more_than_the_bound() -> None:
    outlier = np.vstack([FEATURES, [[-30, -30]]])
    weights = PropensityModel.fit(FEATURES, LABELS).weights(outlier, np.append(LABELS, 0))
    assert weights[-1] <= 10.0 / 0.5
    assert weights[-1] == weights[:-1][LABELS == 0].max()


def test_a_blurred_picture_has_a_lower_sharpness_and_a_smaller_file() -> None:
    sharp = RNG.integers(0, 256, (64, 64), dtype=np.uint8)
    blurred = gaussian_filter(sharp, 2)
    first, second = acquisition_features([sharp, blurred])
    assert (first > second).all()
