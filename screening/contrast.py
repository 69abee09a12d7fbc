"""Tells whether an image has too little contrast to be assessed."""

import numpy as np
from PIL import Image

from screening.radiograph import Pixels

# Grey levels between the 1st and the 99th percentile, below which an image is practically black,
# white or one grey. The lowest of 2,500 films is 87.
_MIN_SPAN = 32


def lacks_contrast(pixels: Pixels) -> bool:
    """Returns whether all but the brightest and darkest 1 % of the pixels have nearly one grey."""
    shares = np.cumsum(Image.fromarray(pixels).histogram()) / pixels.size
    low, high = np.searchsorted(shares, (0.01, 0.99))
    return bool(high - low < _MIN_SPAN)
