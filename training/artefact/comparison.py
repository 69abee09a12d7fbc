"""Compares the predictions of the two exports."""

import numpy as np
from numpy.typing import NDArray

from screening.saliency_overlay import MIN_PEAK
from training.artefact.agreement import Agreement
from training.artefact.predictions import Predictions
from training.fit.calibration import Calibration, calibrate
from training.fit.operating_point import OperatingPoint

# One step of the 256 that a screen shows.
_INVISIBLE = 1 / 256


def compare(
    cpu: Predictions, endpoint: Predictions, *, calibration: Calibration, point: OperatingPoint
) -> Agreement:
    """Returns the largest differences.

    A flip is `pneumonia` from one export and `no_pneumonia` from the other.
    """
    by_cpu = calibrate(cpu.logits, calibration)
    by_endpoint = calibrate(endpoint.logits, calibration)
    low, high = point.band
    flips = ((by_cpu > high) & (by_endpoint < low)) | ((by_cpu < low) & (by_endpoint > high))
    maps = zip(cpu.attention, endpoint.attention, strict=True)
    return Agreement(
        radiographs=len(by_cpu),
        probability_difference_max=float(np.max(np.abs(by_cpu - by_endpoint))),
        attention_correlation_min=min(_correlation(first, second) for first, second in maps),
        flips=int(np.sum(flips)),
    )


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Returns Pearson's r of two saliency maps; 1 if their difference is invisible.

    It is invisible too where both are so faint that no doctor is shown a region of either.
    """
    if np.max(np.abs(first - second)) < _INVISIBLE or max(first.max(), second.max()) < MIN_PEAK:
        return 1.0
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])
