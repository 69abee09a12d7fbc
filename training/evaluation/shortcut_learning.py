"""Tests whether a model has learned the acquisition instead of the lungs.

In this data set normal radiographs are sharper than those with pneumonia, and a network may learn
that alone. Two tests: pairs of opposite class with equal sharpness, and images that are blurred or
sharpened to the sharpness of the other class.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.optimize import brentq

from screening.radiograph import Pixels
from training.data.acquisition_bias import acquisition_features, sharpness_with_border
from training.data.pixels import to_uint8
from training.value_types import Labels

# Two values within 0.2 standard deviations count as equal (Austin 2011).
CALIPER = 0.2

# Stronger changes would destroy the image.
_MAX_BLUR = 4.0
_MAX_SHARPENING = 12.0


def match_sharpness(pixels: Pixels, target: float) -> Pixels:
    """Blurs or sharpens an image until its sharpness is `target`, or as near as possible.

    Blur is Gaussian; sharpening adds the difference from a Gaussian blur of one pixel.
    """
    grey = pixels.astype(np.float32)
    detail = grey - gaussian_filter(grey, 1.0)

    def alter(strength: float) -> Pixels:
        return to_uint8(
            grey + strength * detail if strength > 0 else gaussian_filter(grey, -strength)
        )

    def excess(strength: float) -> float:
        return sharpness_with_border(alter(strength)) - target

    if excess(-_MAX_BLUR) >= 0:
        return alter(-_MAX_BLUR)
    if excess(_MAX_SHARPENING) <= 0:
        return alter(_MAX_SHARPENING)
    return alter(float(brentq(excess, -_MAX_BLUR, _MAX_SHARPENING, xtol=0.01)))


def matched_pairs(
    images: Sequence[Pixels], labels: Labels
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns all pairs (normal, pneumonia) alike in sharpness and JPEG size, as two index arrays.

    Two images are alike if both logarithms differ by at most CALIPER standard deviations.
    """
    features = acquisition_features(images)
    scaled = features / (CALIPER * features.std(axis=0))
    normal, pneumonia = np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)
    differences = np.abs(scaled[normal][:, np.newaxis] - scaled[pneumonia][np.newaxis])
    first, second = np.nonzero(differences.max(axis=-1) <= 1)
    return normal[first], pneumonia[second]


def pair_auc(
    scores: NDArray[np.float64], pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> float:
    """Returns the share of pairs in which the pneumonia scores higher; a tie counts half."""
    normal, pneumonia = (scores[indices] for indices in pairs)
    return float(np.mean((pneumonia > normal) + 0.5 * (pneumonia == normal)))
