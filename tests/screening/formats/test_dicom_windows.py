"""The first window that shows the image is applied, and one of no use is ignored."""

import numpy as np
import pytest

from phantoms.file_formats import encode_dicom, grey_ramp
from screening.decode import decode_radiograph
from tests.screening.formats.dicom_files import STORED, TWELVE_BITS


def test_a_window_clips_and_stretches() -> None:
    content = encode_dicom(STORED, **TWELVE_BITS, WindowCenter="2048", WindowWidth="1024")
    pixels = decode_radiograph(content).pixels
    assert pixels[STORED < 2048 - 512].max() == 0
    assert pixels[STORED > 2048 + 512].min() == 255
    middle = pixels[np.abs(STORED.astype(int) - 2048) < 16]
    assert np.abs(middle.astype(int) - 128).max() <= 4


def test_rescale_comes_before_the_window() -> None:
    content = encode_dicom(
        STORED,
        **TWELVE_BITS,
        RescaleSlope="2",
        RescaleIntercept="-1000",
        WindowCenter="3096",
        WindowWidth="2048",
    )
    pixels = decode_radiograph(content).pixels
    plain = encode_dicom(STORED, **TWELVE_BITS, WindowCenter="2048", WindowWidth="1024")
    assert np.abs(pixels.astype(int) - decode_radiograph(plain).pixels).max() <= 1


def test_of_several_windows_the_first_is_shown() -> None:
    one = encode_dicom(STORED, **TWELVE_BITS, WindowCenter="2048", WindowWidth="1024")
    tags = {"WindowCenter": ["2048", "100"], "WindowWidth": ["1024", "50"]}
    several = encode_dicom(STORED, **TWELVE_BITS, **tags)
    assert np.array_equal(decode_radiograph(several).pixels, decode_radiograph(one).pixels)


@pytest.mark.parametrize("function", ["LINEAR_EXACT", "SIGMOID"])
def test_other_window_functions_are_near_the_linear_one(function: str) -> None:
    tags = {**TWELVE_BITS, "WindowCenter": "2048", "WindowWidth": "2048"}
    pixels = decode_radiograph(encode_dicom(STORED, **tags, VOILUTFunction=function)).pixels.astype(
        int
    )
    assert np.abs(pixels - decode_radiograph(encode_dicom(STORED, **tags)).pixels).max() < 35


# Windows of no use for 12 bits: centre, width, function.
WINDOWS = [
    ("", "", "LINEAR"),
    ("2048", "", "LINEAR"),
    ("", "4096", "LINEAR"),
    ("2048", "0", "LINEAR"),
    ("2048", "-3", "SIGMOID"),
    ("2048", "1e300", "LINEAR_EXACT"),
    ("32768", "65536", "LINEAR"),
    ("8192", "16384", "LINEAR"),
    ("4096", "8192", "LINEAR"),
    ("0", "65536", "SIGMOID"),
    ("-5000", "1000", "LINEAR"),
    ("60000", "1000", "LINEAR"),
    ("2048", "4", "LINEAR"),
    ("4.096", "4.096", "LINEAR"),
]


@pytest.mark.parametrize(("center", "width", "function"), WINDOWS)
def test_a_window_of_no_use_is_no_window(center: str, width: str, function: str) -> None:
    window = {"WindowCenter": center, "WindowWidth": width, "VOILUTFunction": function}
    pixels = decode_radiograph(encode_dicom(STORED, **TWELVE_BITS, **window)).pixels
    plain = decode_radiograph(encode_dicom(STORED, **TWELVE_BITS)).pixels
    assert np.array_equal(pixels, plain)
    assert np.abs(plain.astype(int) - grey_ramp()).max() <= 1


@pytest.mark.parametrize("number", [b"NaN ", b"inf ", b"-inf", b"1e99", b"abcd", b"1,2,"])
@pytest.mark.parametrize("tag", ["WindowCenter", "WindowWidth"])
def test_a_window_that_is_no_number_is_no_window(tag: str, number: bytes) -> None:
    window = {"WindowCenter": "2048", "WindowWidth": "4096", tag: "7777"}
    content = encode_dicom(STORED, **TWELVE_BITS, **window).replace(b"7777", number)
    plain = decode_radiograph(encode_dicom(STORED, **TWELVE_BITS)).pixels
    assert np.array_equal(decode_radiograph(content).pixels, plain)


def test_a_window_without_a_partner_is_no_window() -> None:
    for tags in ({"WindowCenter": "2048"}, {"WindowWidth": "4096"}):
        pixels = decode_radiograph(encode_dicom(STORED, **TWELVE_BITS, **tags)).pixels
        assert (pixels.min(), pixels.max()) == (0, 255)


@pytest.mark.parametrize("window", [("", ""), ("2048", "4096"), ("128", "0"), ("5000", "10")])
def test_8_bits_with_a_window_of_no_use_are_shown_as_they_are(window: tuple[str, str]) -> None:
    tags = {"WindowCenter": window[0], "WindowWidth": window[1]}
    pixels = decode_radiograph(encode_dicom(grey_ramp() // 2, **tags)).pixels
    assert np.array_equal(pixels, grey_ramp() // 2)
