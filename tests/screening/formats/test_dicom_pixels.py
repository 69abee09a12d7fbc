"""Stored values become grey as the tags say: look-up tables, padding, inversion, depth, colour."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray

from phantoms.file_formats import build_dataset, encode_dicom, grey_ramp
from screening.decode import decode_radiograph
from tests.screening.formats.dicom_files import FULL_RANGE, STORED, TWELVE_BITS, build_lut


def test_8_bits_without_a_window_are_shown_as_they_are() -> None:
    assert np.array_equal(decode_radiograph(encode_dicom(grey_ramp())).pixels, grey_ramp())


def test_monochrome1_is_inverted() -> None:
    content = encode_dicom(grey_ramp(), PhotometricInterpretation="MONOCHROME1")
    assert np.array_equal(decode_radiograph(content).pixels, 255 - grey_ramp())


def test_more_bits_without_a_window_are_shown_from_least_to_most() -> None:
    pixels = decode_radiograph(encode_dicom(STORED, **TWELVE_BITS)).pixels
    assert (pixels.min(), pixels.max()) == (0, 255)
    assert np.abs(pixels.astype(int) - grey_ramp()).max() <= 1


def test_a_negative_slope_turns_the_picture_as_it_says() -> None:
    tags = FULL_RANGE
    inverted = encode_dicom(STORED, **tags, RescaleSlope="-1", RescaleIntercept="4095")
    pixels = decode_radiograph(inverted).pixels.astype(int)
    assert (
        np.abs(pixels - (255 - decode_radiograph(encode_dicom(STORED, **tags)).pixels)).max() <= 1
    )


def test_a_look_up_table_goes_before_a_window() -> None:
    table = build_lut((65535 - np.arange(4096) * 16).astype(np.uint16), bits=16)
    content = encode_dicom(
        STORED,
        **TWELVE_BITS,
        WindowCenter="1",
        WindowWidth="1",
        VOILUTSequence=[table],
    )
    expected = 255 - (STORED // 16).astype(int)
    assert np.abs(decode_radiograph(content).pixels - expected).max() <= 1


def test_a_modality_look_up_table_comes_before_the_window() -> None:
    table = build_lut((4095 - np.arange(4096)).astype(np.uint16), bits=16)
    table.ModalityLUTType = "US"
    tags = FULL_RANGE
    pixels = decode_radiograph(encode_dicom(STORED, **tags, ModalityLUTSequence=[table])).pixels
    plain = decode_radiograph(encode_dicom(STORED, **tags)).pixels.astype(int)
    assert np.abs(pixels - (255 - plain)).max() <= 1


def test_bits_above_those_stored_are_not_shown() -> None:
    tags = FULL_RANGE
    with_overlay = STORED | np.uint16(0x8000)
    pixels = decode_radiograph(encode_dicom(with_overlay, **tags)).pixels
    assert np.array_equal(pixels, decode_radiograph(encode_dicom(STORED, **tags)).pixels)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_padding_is_black_and_stretches_nothing(photometric: str) -> None:
    padded = STORED + 100
    padded[:, :10] = 65535
    content = encode_dicom(padded, PixelPaddingValue=65535, PhotometricInterpretation=photometric)
    pixels = decode_radiograph(content).pixels
    assert pixels[:, :10].max() == 0
    assert (pixels[:, 10:].min(), pixels[:, 10:].max()) == (0, 255)


def test_a_range_of_padding_is_black() -> None:
    padded = STORED + 100
    padded[:, :10] = np.arange(10)
    content = encode_dicom(padded, PixelPaddingValue=0, PixelPaddingRangeLimit=9)
    assert decode_radiograph(content).pixels[:, :10].max() == 0


@pytest.mark.parametrize(("padding", "vr"), [(-2000, "SS"), (63536, "US")])
def test_padding_may_have_either_sign(padding: int, vr: str) -> None:
    signed = STORED.astype(np.int16)
    signed[:, :10] = -2000
    dataset = build_dataset(signed)
    dataset.add_new("PixelPaddingValue", vr, padding)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    pixels = decode_radiograph(buffer.getvalue()).pixels
    assert pixels[:, :10].max() == 0
    assert np.abs(pixels[:, 10:].astype(int) - grey_ramp()[:, 10:]).max() <= 32


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_an_inverse_shape_inverts_once(photometric: str) -> None:
    tags = {"PhotometricInterpretation": photometric, "PresentationLUTShape": "INVERSE"}
    assert np.array_equal(
        decode_radiograph(encode_dicom(grey_ramp(), **tags)).pixels, 255 - grey_ramp()
    )


@pytest.mark.parametrize("kind", ["US", "HU", "OD", "", "ANYTHING"])
def test_the_unit_of_rescaled_values_changes_nothing(kind: str) -> None:
    tags = {"RescaleSlope": "1", "RescaleIntercept": "0"}
    pixels = decode_radiograph(encode_dicom(STORED, **tags, RescaleType=kind)).pixels
    assert np.array_equal(pixels, decode_radiograph(encode_dicom(STORED, **tags)).pixels)


@pytest.mark.parametrize("entries", [np.zeros(4096), np.full(4096, 4095), np.arange(4096) // 64])
def test_a_table_that_shows_nothing_is_no_table(entries: NDArray[np.generic]) -> None:
    """The last one is as dark as one of 12 bits in 6, where one hot entry hides its depth."""
    table = entries.astype(np.uint16)
    table[-1] = 4095
    content = encode_dicom(STORED, **TWELVE_BITS, VOILUTSequence=[build_lut(table, bits=12)])
    plain = decode_radiograph(encode_dicom(STORED, **TWELVE_BITS)).pixels
    assert np.array_equal(decode_radiograph(content).pixels, plain)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("defect", [0, 65535])
def test_defective_pixels_leave_the_others_as_they_are(photometric: str, defect: int) -> None:
    tags = {"PhotometricInterpretation": photometric}
    clean = STORED + 30_000
    plain = decode_radiograph(encode_dicom(clean, **tags)).pixels.astype(int)
    clean[0, :20] = defect
    pixels = decode_radiograph(encode_dicom(clean, **tags)).pixels
    assert np.abs(pixels[1:] - plain[1:]).mean() <= 10


def test_8_signed_bits_are_shown_over_their_range() -> None:
    signed = (grey_ramp().astype(np.int16) - 128).astype(np.int8)
    assert (
        np.abs(decode_radiograph(encode_dicom(signed)).pixels - grey_ramp().astype(int)).max() <= 1
    )


@pytest.mark.parametrize("depth", [8, 10, 12, 14])
def test_colour_of_fewer_bits_in_16_is_not_black(depth: int) -> None:
    colour = np.repeat(grey_ramp()[:, :, None], 3, axis=2).astype(np.uint16) << depth - 8
    pixels = decode_radiograph(encode_dicom(colour)).pixels.astype(int)
    assert np.abs(pixels - grey_ramp()).max() <= 1


def test_signed_values_are_shown() -> None:
    signed = grey_ramp().astype(np.int16) * 16 - 2000
    assert (
        np.abs(decode_radiograph(encode_dicom(signed)).pixels.astype(int) - grey_ramp()).max() <= 1
    )


def test_colour_is_weighed_to_grey() -> None:
    colour = np.repeat(grey_ramp()[:, :, None], 3, axis=2)
    assert (
        np.abs(decode_radiograph(encode_dicom(colour)).pixels.astype(int) - grey_ramp()).max() <= 1
    )
