"""Rows of one grey over the whole width are a part that is missing, unless they are collimation."""

import numpy as np
import pytest

from contracts.answers import NotAssessed
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from screening.missing_rows import has_missing_rows

PHANTOM = draw_phantom()
SIZE = len(PHANTOM)


@pytest.mark.parametrize(
    ("first", "last", "grey", "is_missing"),
    [
        (0.75, 1, 0, True),
        (0.85, 1, 0, False),
        (0, 0.3, 0, False),
        (0.9, 1, 128, True),
        (0.9, 1, 255, True),
        (0, 0.1, 255, True),
        (0.98, 1, 255, False),
        (0.4, 0.45, 0, True),
        (0.4, 0.45, 128, True),
        (0.4, 0.41, 0, False),
    ],
)
def test_a_band_over_the_width(first: float, last: float, grey: int, is_missing: bool) -> None:
    pixels = PHANTOM.copy()
    pixels[int(first * SIZE) : int(last * SIZE)] = grey
    assert has_missing_rows(pixels) is is_missing


def test_collimation_on_both_sides_is_usual() -> None:
    pixels = PHANTOM.copy()
    pixels[: SIZE // 5] = pixels[-SIZE // 4 :] = 0
    assert not has_missing_rows(pixels)


def test_a_band_that_does_not_reach_the_edges_is_part_of_the_image() -> None:
    pixels = PHANTOM.copy()
    pixels[:, :5], pixels[500:700, 5:] = 200, 0
    assert not has_missing_rows(pixels)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_pixels_that_were_never_written_are_not_assessed(photometric: str) -> None:
    stored = PHANTOM.astype(np.uint16) * 15 + 100
    tags = {"BitsStored": 12, "HighBit": 11, "PhotometricInterpretation": photometric}
    assert decode_radiograph(encode_dicom(stored, **tags)).exclusion is None
    stored[-SIZE // 4 :] = 0
    assert decode_radiograph(encode_dicom(stored, **tags)).exclusion is NotAssessed.QUALITY
