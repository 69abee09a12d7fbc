"""What the two exported artefacts answer, and whether they agree closely enough to be released."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from training.calibration import Calibration, OperatingPoint, calibrate
from training.errors import TrainingError
from training.predictions import Predictions

# No stage takes a model beyond these: the largest difference in calibrated probability, and the
# smallest correlation of two attention maps, on any validation radiograph (docs: what a doctor may
# notice).
TOLERANCE = {"probability": 0.02, "attention_correlation": 0.98}

# One step of the 256 that a screen shows.
_UNSEEN = 1 / 256


class DisagreementError(TrainingError):
    """The CPU and endpoint artefacts differ by more than the tolerance: do not release them."""


@dataclass(frozen=True)
class Agreement:
    """Of the CPU artefact with the endpoint's, over all radiographs given."""

    radiographs: int
    probability_difference_max: float
    attention_correlation_min: float
    flips: int


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


def require(agreement: Agreement) -> None:
    """DisagreementError when the artefacts differ by more than TOLERANCE or one decision flips."""
    if (
        agreement.probability_difference_max > TOLERANCE["probability"]
        or agreement.attention_correlation_min < TOLERANCE["attention_correlation"]
        or agreement.flips
    ):
        raise DisagreementError(f"The CPU and endpoint artefacts disagree: {asdict(agreement)}.")


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Pearson's r of two maps; 1 for two that nobody could tell apart, as two without anything."""
    if np.max(np.abs(one - other)) < _UNSEEN:
        return 1.0
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
