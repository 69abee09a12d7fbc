"""Percentiles and the stretch of an image without a window."""

import numpy as np

from screening.formats.dicom_voi import stretch
from screening.formats.histogram import count_codes, percentiles


def test_without_values_each_percentile_is_zero() -> None:
    assert percentiles(np.arange(4), np.zeros(4, np.int64), (1, 99)) == (0.0, 0.0)


def test_each_value_counts_as_often_as_it_occurs() -> None:
    counts = np.array([98, 1, 0, 1])
    assert percentiles(np.arange(4), counts, (50, 100)) == (0.0, 3.0)


def test_defective_pixels_do_not_take_the_range() -> None:
    """One pixel of 65535 beside 12 bits; without it, the whole range is used."""
    values = np.arange(65536)
    codes = np.tile(np.arange(4096, dtype=np.uint16), 4)
    assert stretch(values, count_codes(codes))[4095] == 255
    codes[0] = 65535
    greys = stretch(values, count_codes(codes))
    assert greys[2048] == 128
    assert greys[65535] == 255


def test_an_image_of_one_value_is_black() -> None:
    assert stretch(np.arange(256), count_codes(np.full(9, 7, np.uint8)))[7] == 0
