"""Every transfer syntax that hospitals send gives the same pixels as the uncompressed file."""

import io
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom.encaps import encapsulate, generate_fragments
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLSLossless,
    RLELossless,
)

from contracts.rejections import Rejection
from phantoms.dicom_syntaxes import ENCODERS, encode_dicom_in_syntax
from phantoms.file_formats import (
    build_dataset,
    encode_compressed_dicom,
    encode_dicom,
    encode_image,
    grey_ramp,
)
from screening.formats.dicom_frames import holds_several_frames
from tests.screening.decoding import decode, refusal
from tests.screening.formats.dicom_files import FULL_RANGE, STORED


@pytest.mark.parametrize("syntax", ENCODERS, ids=lambda syntax: syntax.name)
def test_12_bits_are_the_same_compressed(syntax: UID) -> None:
    frame = ENCODERS[syntax](STORED)
    pixels = decode(encode_compressed_dicom(STORED, syntax, frame, **FULL_RANGE))
    assert np.abs(pixels.astype(int) - decode(encode_dicom(STORED, **FULL_RANGE))).max() <= 1


@pytest.mark.parametrize("syntax", ENCODERS, ids=lambda syntax: syntax.name)
def test_8_bits_are_the_same_compressed(syntax: UID) -> None:
    encode = ENCODERS[syntax]
    if isinstance(encode, partial):
        encode = partial(
            encode, **{"bitspersample": 8} if "bitspersample" in encode.keywords else {}
        )
    pixels = decode(encode_compressed_dicom(grey_ramp(), syntax, encode(grey_ramp())))
    assert np.abs(pixels.astype(int) - grey_ramp()).max() <= 3


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEGExtended12Bit], ids=lambda uid: uid.name)
def test_colour_is_converted_once(syntax: UID) -> None:
    colours = np.stack([grey_ramp(), grey_ramp()[::-1], np.full_like(grey_ramp(), 90)], axis=-1)
    frame = encode_image(Image.fromarray(colours), "JPEG", quality=95)
    tags = {"PhotometricInterpretation": "YBR_FULL_422"}
    difference = decode(encode_compressed_dicom(colours, syntax, frame, **tags)) - decode(
        encode_dicom(colours)
    ).astype(int)
    assert np.abs(difference).mean() < 3


@pytest.mark.parametrize("syntax", [JPEGLossless, JPEGLSLossless], ids=lambda syntax: syntax.name)
def test_signed_values_are_the_same_compressed(syntax: UID) -> None:
    signed = STORED.astype(np.int16) - 2048
    tags = {**FULL_RANGE, "WindowCenter": "0"}
    frame = ENCODERS[syntax](signed.view(np.uint16) & 0xFFF)
    assert np.array_equal(
        decode(encode_compressed_dicom(signed, syntax, frame, **tags)),
        decode(encode_dicom(signed, **tags)),
    )


@pytest.mark.parametrize(
    "syntax",
    [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless],
    ids=lambda syntax: syntax.name,
)
def test_other_ways_to_write_it_are_the_same(syntax: UID) -> None:
    assert np.array_equal(
        decode(encode_dicom_in_syntax(STORED, syntax, **FULL_RANGE)),
        decode(encode_dicom(STORED, **FULL_RANGE)),
    )


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_data_set_without_a_file_header_is_the_same(syntax: UID) -> None:
    whole = encode_dicom_in_syntax(STORED, syntax, **FULL_RANGE)
    group = b"\x08\x00" if syntax.is_little_endian else b"\x00\x08"
    start = whole.index(group, whole.index(syntax.encode()) + 1)
    assert np.array_equal(decode(whole[start:]), decode(encode_dicom(STORED, **FULL_RANGE)))


def test_jpeg_baseline_is_read() -> None:
    frame = encode_image(Image.fromarray(grey_ramp()), "JPEG", quality=95)
    pixels = decode(encode_compressed_dicom(grey_ramp(), JPEGBaseline8Bit, frame))
    assert np.abs(pixels.astype(int) - grey_ramp()).max() <= 4


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, *ENCODERS], ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("frame", [b"\xff\xd8\xff", bytes(1000)], ids=["start", "zeros"])
def test_a_frame_that_is_none_is_refused_by_name(syntax: UID, frame: bytes) -> None:
    assert (
        refusal(encode_compressed_dicom(STORED, syntax, frame, **FULL_RANGE))[0]
        is Rejection.DAMAGED
    )


@pytest.mark.parametrize("syntax", [*ENCODERS, RLELossless], ids=lambda syntax: syntax.name)
def test_several_frames_without_their_number_are_refused(syntax: UID) -> None:
    def encode(pixels: NDArray[np.uint16]) -> bytes:
        if syntax != RLELossless:
            return bytes(ENCODERS[syntax](pixels))
        dataset = build_dataset(pixels, **FULL_RANGE)
        dataset.compress(RLELossless)
        return list(generate_fragments(dataset.PixelData))[1]  # The offset table is the first.

    frames = [encode(STORED), encode(STORED[::-1])]
    dataset = build_dataset(STORED, **FULL_RANGE)
    dataset.file_meta.TransferSyntaxUID = syntax
    for content, has_several in ((frames, True), (frames[:1], False)):
        dataset.PixelData = encapsulate(content)
        assert holds_several_frames(dataset) is has_several


def test_one_frame_in_several_fragments_is_read() -> None:
    frame = bytes(ENCODERS[JPEGLossless](STORED))
    dataset = build_dataset(STORED, **FULL_RANGE)
    dataset.file_meta.TransferSyntaxUID = JPEGLossless
    dataset.PixelData = encapsulate([frame], fragments_per_frame=3)
    dataset["PixelData"].is_undefined_length = True
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    assert np.array_equal(decode(buffer.getvalue()), decode(encode_dicom(STORED, **FULL_RANGE)))


@pytest.mark.parametrize("syntax", ENCODERS, ids=lambda syntax: syntax.name)
def test_a_frame_of_another_size_is_refused_by_name(syntax: UID) -> None:
    frame = ENCODERS[syntax](STORED)
    content = encode_compressed_dicom(STORED, syntax, frame, **FULL_RANGE, Rows=STORED.shape[0] - 1)
    assert refusal(content)[0] is Rejection.DICOM_PIXELS


def test_a_syntax_that_nobody_reads_is_named() -> None:
    mpeg = UID("1.2.840.10008.1.2.4.102")
    reason, detail = refusal(encode_compressed_dicom(grey_ramp(), mpeg, b"\0\0\1\xb3"))
    assert (reason, "MPEG-4" in detail) == (Rejection.DICOM_SYNTAX, True)


def test_what_inflates_beyond_all_limits_is_too_large() -> None:
    bomb = np.zeros((12_000, 12_000), np.uint8)
    assert (
        refusal(encode_dicom_in_syntax(bomb, DeflatedExplicitVRLittleEndian))[0]
        is Rejection.TOO_LARGE
    )


def test_a_deflated_file_that_ends_early_is_damaged() -> None:
    whole = encode_dicom_in_syntax(STORED, DeflatedExplicitVRLittleEndian, **FULL_RANGE)
    assert refusal(whole[:-100])[0] is Rejection.DAMAGED
