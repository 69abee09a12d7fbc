"""Turns stored values of a DICOM image into those that its window is for (PS3.3 C.11.1)."""

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from screening.formats.dicom_luts import read_lut
from screening.formats.dicom_values import read_first_number


def rescale(
    stored: NDArray[np.generic],
    in_image: NDArray[np.generic],
    dataset: Dataset,
    *,
    is_little_endian: bool,
) -> NDArray[np.generic]:
    """Applies the modality look-up table, or else slope and intercept.

    An empty or impossible slope counts as 1, an empty intercept as 0. Returns `stored` itself
    where nothing changes.
    """
    for item in dataset.get("ModalityLUTSequence") or ():
        lut = read_lut(item, in_image, is_little_endian=is_little_endian)
        if lut is not None:
            return lut.apply(stored)
    slope = read_first_number(dataset, "RescaleSlope") or 1.0
    intercept = read_first_number(dataset, "RescaleIntercept") or 0.0
    if (slope, intercept) == (1.0, 0.0):
        return stored
    return stored.astype(np.float64) * slope + intercept
