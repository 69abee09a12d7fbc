"""The limit of the output about the lungs, chosen on validation."""

import numpy as np

from training.value_types import Scores

# The share of ill films that may have the caution that the evidence lies outside the lungs.
MAX_CAUTION_SHARE = 0.02


def choose_min_lung_energy(energy: Scores) -> float:
    """Returns the share of the map's energy in the lungs that all but MAX_CAUTION_SHARE of ill
    films have.
    """
    return float(np.quantile(energy, MAX_CAUTION_SHARE))
