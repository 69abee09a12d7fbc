"""What accuracy the answers have when those nearest to the threshold go to a radiologist."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from training.fit.calibration import Labels, Probabilities


@dataclass(frozen=True)
class Abstention:
    """`share` of the radiographs is not answered; `accuracy` is that of the others."""

    share: float
    accuracy: float


def abstention_curve(
    probabilities: Probabilities, labels: Labels, *, threshold: float
) -> list[Abstention]:
    """From answering all to answering half, leaving out the least certain first.

    Certainty is the distance of the log odds from the threshold's: no label is used to order them.
    """
    distance = np.abs(logit(probabilities) - logit(threshold))
    right = ((probabilities >= threshold) == labels)[np.argsort(distance, kind="stable")]
    return [
        Abstention(share=left_out / len(right), accuracy=float(np.mean(right[left_out:])))
        for left_out in range(len(right) // 2 + 1)
    ]
