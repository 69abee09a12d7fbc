"""Maps the values of a DICOM image to grey: by the file's own VOI transformation where it shows the
image, else by the range of the values (PS3.3 C.11.2).
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, islice, zip_longest

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_windowing

from screening.formats.dicom_luts import read_lut
from screening.formats.dicom_values import read_numbers
from screening.formats.histogram import OUTLIERS, percentiles

Greys = NDArray[np.uint8]

# A file may hold alternatives (PS3.3 C.11.2.1); more than these only cost time.
_MAX_ALTERNATIVES = 8
_FUNCTIONS = frozenset({"LINEAR", "LINEAR_EXACT", "SIGMOID"})
# Grey levels between the 1st and the 99th percentile, below which an image is almost black or
# white. The lowest of 2,500 films is 87.
_MIN_SPAN = 64
# Half of the grey levels. A film has air and bone, so it reaches into both halves.
_MIDDLE_GREY = 128
# Share of pixels that are neither black nor white, below which a window is too narrow.
_MIN_SHADED = 0.1
# Share of the whole range of values that all but the outliers take, below which the outliers would
# make the image dark or pale. The lowest of 2,500 films is 0.57.
_MIN_CENTRAL_SHARE = 0.5


def apply_voi(
    values: NDArray[np.generic],
    counts: NDArray[np.int64],
    dataset: Dataset,
    *,
    is_little_endian: bool,
) -> Greys | None:
    """Returns the grey, 0-255, of each of `values`, which occur `counts` times in the image.

    The first VOI look-up table or window that shows the image is applied; None where none does.
    One that leaves the image in one half of the greys, or cuts nearly all of it to black and white,
    was made for other data.
    """
    luts = _apply_luts(values, counts, dataset, is_little_endian=is_little_endian)
    alternatives = chain(luts, _apply_windows(values, dataset))
    for greys in islice(alternatives, _MAX_ALTERNATIVES):
        if _shows_image(greys, counts):
            return greys
    return None


def stretch(values: NDArray[np.generic], counts: NDArray[np.int64]) -> Greys:
    """Maps the lowest value in the image to black and the highest to white.

    Where outliers, as of defective pixels, take a large part of that range, they are cut.
    """
    shares = (0, OUTLIERS, 100 - OUTLIERS, 100)
    lowest, low, high, highest = percentiles(values, counts, shares)
    if high - low < _MIN_CENTRAL_SHARE * (highest - lowest):
        return scale_to_grey(values, low, high)
    return scale_to_grey(values, lowest, highest)


def scale_to_grey(values: NDArray[np.generic], low: float, high: float) -> Greys:
    """Maps `low` to 0 and `high` to 255, linearly, and clips; all 0 where the range is empty."""
    if high <= low:
        return np.zeros(values.shape, np.uint8)
    shares: NDArray[np.float64] = (values.astype(np.float64) - low) / (high - low)
    return np.clip(shares * 255 + 0.5, 0, 255).astype(np.uint8)


def _apply_luts(
    values: NDArray[np.generic],
    counts: NDArray[np.int64],
    dataset: Dataset,
    *,
    is_little_endian: bool,
) -> Iterator[Greys]:
    for item in dataset.get("VOILUTSequence") or ():
        with suppress(TypeError, ValueError):  # A table that contradicts itself is no table.
            lut = read_lut(item, values[counts > 0], is_little_endian=is_little_endian)
            if lut is not None:
                yield scale_to_grey(lut.apply(values), 0, lut.white)


def _apply_windows(values: NDArray[np.generic], dataset: Dataset) -> Iterator[Greys]:
    """Yields the image through each window (PS3.3 C.11.2.1.2) that has a centre and a width."""
    function = str(dataset.get("VOILUTFunction") or "LINEAR").strip().upper()
    function = function if function in _FUNCTIONS else "LINEAR"
    narrowest = 1 if function == "LINEAR" else 1e-9
    centers, widths = (read_numbers(dataset, f"Window{tag}") for tag in ("Center", "Width"))
    for center, width in zip_longest(centers, widths):
        if center is not None and width is not None and width >= narrowest:
            window = _build_window(center, width, function)
            yield scale_to_grey(np.asarray(apply_windowing(values, window)), 0, 255)


def _build_window(center: float, width: float, function: str) -> Dataset:
    """Returns a window as tags that map rescaled values to 0-255."""
    window = Dataset()
    window.WindowCenter, window.WindowWidth, window.VOILUTFunction = center, width, function
    window.PhotometricInterpretation = "MONOCHROME2"
    window.BitsStored, window.PixelRepresentation = 8, 0
    return window


def _shows_image(greys: Greys, counts: NDArray[np.int64]) -> bool:
    low, high = percentiles(greys, counts, (1, 99))
    if high - low < _MIN_SPAN or low >= _MIDDLE_GREY or high < _MIDDLE_GREY:
        return False
    shaded = counts[(greys > 0) & (greys < 255)].sum()
    return bool(shaded >= _MIN_SHADED * counts.sum())
