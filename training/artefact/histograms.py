"""Histograms of the validation set by class: the reference of a later comparison of live data."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.input_statistics import measure_input
from screening.radiograph import Pixels
from training.value_types import Labels, Probabilities

_CLASSES = ("normal", "pneumonia")
_BINS = 20
# Fixed edges, so that the histograms of two models can be compared.
_RANGES = {
    "probability": (0.0, 1.0),
    "typicality": (-10.0, 10.0),
    "mean": (0.0, 255.0),
    "spread": (0.0, 128.0),
    "sharpness": (0.0, 20.0),
}


def build_histograms(
    pixels: Pixels,
    labels: Labels,
    *,
    probabilities: Probabilities,
    typicality: NDArray[np.float64],
) -> dict[str, Any]:
    """Returns, for score, in-distribution score and the three input statistics, the edges of the
    bins and the number of radiographs (n, 224, 224) of each class in each bin.

    Values beyond the outermost edges count in the outermost bins.
    """
    statistics = [asdict(measure_input(image)) for image in pixels]
    values: dict[str, Sequence[float]] = {
        "probability": [*probabilities],
        "typicality": [*typicality],
        **{name: [each[name] for each in statistics] for name in ("mean", "spread", "sharpness")},
    }
    return {name: _count(np.asarray(values[name]), labels, _RANGES[name]) for name in _RANGES}


def _count(
    values: NDArray[np.float64], labels: Labels, limits: tuple[float, float]
) -> dict[str, Any]:
    low, high = limits
    edges = np.linspace(low, high, _BINS + 1)
    counts = {
        name: np.histogram(np.clip(values[labels == label], low, high), edges)[0].tolist()
        for label, name in enumerate(_CLASSES)
    }
    return {"edges": [round(float(edge), 4) for edge in edges], **counts}
