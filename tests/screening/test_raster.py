"""JPEG and PNG of every kind come out as the same upright grey."""

import numpy as np
import pytest
from PIL import Image

from screening.radiograph import Pixels
from screening.read import read_radiograph
from tests.screening.drawn import encoded, ramp

GREY = Image.fromarray(ramp())


def read(picture: Image.Image, file_format: str = "PNG", **options: object) -> Pixels:
    return read_radiograph(encoded(picture, file_format, **options)).pixels


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P"])
def test_every_png_mode_gives_the_same_grey(mode: str) -> None:
    assert np.abs(read(GREY.convert(mode)).astype(int) - ramp()).max() <= 1


def test_a_black_and_white_picture_is_read() -> None:
    assert set(np.unique(read(GREY.convert("1")))) == {0, 255}


def test_a_jpeg_is_read_as_it_was_stored() -> None:
    assert np.abs(read(GREY, "JPEG", quality=95).astype(int) - ramp()).max() <= 4


def test_16_bits_are_the_same_as_their_8_bit_twin() -> None:
    wide = Image.fromarray(ramp().astype(np.uint16) * 257)
    assert np.array_equal(read(wide), ramp())


def test_12_bits_in_16_are_not_black() -> None:
    wide = Image.fromarray(ramp().astype(np.uint16) * 16)
    assert np.array_equal(read(wide), ramp())


def test_what_is_transparent_is_black() -> None:
    clear = Image.new("RGBA", (4, 4), (255, 255, 255, 0))
    assert read(clear).max() == 0


@pytest.mark.parametrize(("orientation", "turned"), [(3, 2), (6, 3), (8, 1)])
def test_exif_orientation_is_honoured(orientation: int, turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = read(GREY, "JPEG", quality=95, exif=exif)
    expected = np.rot90(ramp(), turned)
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).max() <= 6
