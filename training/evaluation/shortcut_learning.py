"""Whether a model reads the acquisition in place of the lungs.

In this data set normal radiographs are sharper than those with pneumonia, and a network may learn
that alone. Two tests: pairs of unlike class that are equally sharp, and each radiograph made as
sharp as the other class's are.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.optimize import brentq

from screening.radiograph import Pixels
from training.data.acquisition_bias import acquisition_features, sharpness
from training.fit.calibration import Labels

# The width below which two are taken as equal: 0.2 standard deviations (Austin 2011).
CALIPER = 0.2

# Sharpness is reached within these: beyond, a picture is destroyed and not only blurred.
_MOST_BLUR = 4.0
_MOST_SHARPENING = 12.0


def match_sharpness(pixels: Pixels, wanted: float) -> Pixels:
    """The picture, blurred or sharpened until its sharpness is `wanted`, or as near as it gets.

    Blur is Gaussian; sharpening adds the difference from a Gaussian blur of one pixel.
    """
    grey = pixels.astype(np.float32)
    detail = grey - gaussian_filter(grey, 1.0)

    def altered(strength: float) -> Pixels:
        changed = grey + strength * detail if strength > 0 else gaussian_filter(grey, -strength)
        return np.asarray(np.clip(np.rint(changed), 0, 255), np.uint8)

    def excess(strength: float) -> float:
        return sharpness(altered(strength)) - wanted

    if excess(-_MOST_BLUR) >= 0:
        return altered(-_MOST_BLUR)
    if excess(_MOST_SHARPENING) <= 0:
        return altered(_MOST_SHARPENING)
    return altered(float(brentq(excess, -_MOST_BLUR, _MOST_SHARPENING, xtol=0.01)))


def matched_pairs(
    pictures: Sequence[Pixels], labels: Labels
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs (normal, pneumonia) alike in sharpness and JPEG size, as two arrays of indices.

    Alike: both logarithms differ by at most CALIPER standard deviations.
    """
    seen = acquisition_features(pictures)
    unit = seen / (CALIPER * seen.std(axis=0))
    normal, pneumonia = np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)
    apart = np.abs(unit[normal][:, np.newaxis] - unit[pneumonia][np.newaxis]).max(axis=-1)
    first, second = np.nonzero(apart <= 1)
    return normal[first], pneumonia[second]


def pair_auc(
    scores: NDArray[np.float64], pairs: tuple[NDArray[np.int64], NDArray[np.int64]]
) -> float:
    """The share of pairs in which the pneumonia has the higher score; a tie counts half."""
    normal, pneumonia = (scores[indices] for indices in pairs)
    return float(np.mean((pneumonia > normal) + 0.5 * (pneumonia == normal)))
