"""Three numbers of the network's input by which a change of devices or of their settings shows."""

from dataclasses import dataclass

import numpy as np

from screening.radiograph import Pixels


@dataclass(frozen=True, kw_only=True)
class InputStatistics:
    """`mean` and `spread` (standard deviation) in grey levels, 0-255; `sharpness` is the mean
    absolute Laplacian, in grey levels per squared pixel.
    """

    mean: float
    spread: float
    sharpness: float


def measure_input(pixels: Pixels) -> InputStatistics:
    """Measures grey pixels (rows, columns); the outermost row and column have no Laplacian."""
    grey = pixels.astype(np.float32)
    neighbours = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    laplacian = neighbours - 4 * grey[1:-1, 1:-1]
    return InputStatistics(
        mean=float(grey.mean()), spread=float(grey.std()), sharpness=float(np.abs(laplacian).mean())
    )
