"""The accuracy of the remaining answers when the least certain ones go to a radiologist."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from training.value_types import Labels, Probabilities


@dataclass(frozen=True)
class Abstention:
    """`share` of the radiographs is not answered; `accuracy` is that of the rest."""

    share: float
    accuracy: float


def abstention_curve(
    probabilities: Probabilities, labels: Labels, *, threshold: float
) -> list[Abstention]:
    """Returns the points from answering all radiographs to answering half, least certain first.

    Certainty is the distance of the log odds from the threshold's; it uses no label.
    """
    distance = np.abs(logit(probabilities) - logit(threshold))
    is_right = ((probabilities >= threshold) == labels)[np.argsort(distance, kind="stable")]
    return [
        Abstention(share=count / len(is_right), accuracy=float(np.mean(is_right[count:])))
        for count in range(len(is_right) // 2 + 1)
    ]
