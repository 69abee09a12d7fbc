"""What the two exported artefacts answer, compared."""

import numpy as np
from numpy.typing import NDArray

from training.artefact.agreement import Agreement
from training.artefact.predictions import Predictions
from training.fit.calibration import Calibration, OperatingPoint, calibrate

# One step of the 256 that a screen shows.
_UNSEEN = 1 / 256


def compare(
    cpu: Predictions, endpoint: Predictions, *, calibration: Calibration, point: OperatingPoint
) -> Agreement:
    """The largest differences; a flip is `pneumonia` from one and `no_pneumonia` from the other."""
    ours, theirs = (calibrate(one.logits, calibration) for one in (cpu, endpoint))
    low, high = point.band
    flips = ((ours > high) & (theirs < low)) | ((ours < low) & (theirs > high))
    maps = zip(cpu.attention, endpoint.attention, strict=True)
    return Agreement(
        radiographs=len(ours),
        probability_difference_max=float(np.max(np.abs(ours - theirs))),
        attention_correlation_min=min(_correlation(one, other) for one, other in maps),
        flips=int(np.sum(flips)),
    )


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Pearson's r of two maps; 1 for two that nobody could tell apart, as two without anything."""
    if np.max(np.abs(one - other)) < _UNSEEN:
        return 1.0
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
