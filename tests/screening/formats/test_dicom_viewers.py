"""A DICOM image has the grey levels that dcmtk draws, also where its tags contradict the standard.

The figures are those of dcmtk 3.6.7 for a well-formed file; where it is installed, it draws them
again. The other files hold the same image with the contradictions of real devices.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from phantoms.dicom_syntaxes import encode_dicom_in_syntax
from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from tests.screening.formats import dcmtk
from tests.screening.formats.dicom_files import (
    INVERSE,
    STEPS,
    TWELVE_BITS,
    WINDOW,
    as_numbers,
    build_curve,
    build_lut,
    encode,
    modality,
    palette,
    rescaled,
    unsigned,
    voi,
    with_text,
)
from tests.screening.formats.drawings import CURVE, DRAWINGS, PACKED, SAMPLES

EMPTY = Dataset()
NO_DATA = Dataset()
NO_DATA.LUTDescriptor, NO_DATA.LUTData = [4096, 0, 16], None

# Per file: its drawing, and how it contradicts the standard.
FILES: dict[str, tuple[str, bytes]] = {
    **{
        f"table of {bits} bits, {announced} announced{', inverse' * len(tags)}": (
            f"{'inverse ' * len(tags)}curve",
            voi(build_lut(build_curve(bits), bits=announced), **tags),
        )
        for bits in (8, 10, 11, 12, 13, 14, 15)
        for announced in (8, 12, 16)
        for tags in ({}, INVERSE)
    },
    "packed bytes": ("curve", voi(build_lut(PACKED, bits=8))),
    "packed bytes, 16 announced": ("curve", voi(build_lut(PACKED, bits=16))),
    "bytes in the upper half of words": ("curve", voi(build_lut(CURVE << 8, bits=8))),
    "no depth announced": ("curve", voi(build_lut(build_curve(12), bits=0))),
    "a table behind an empty one": (
        "curve",
        encode(VOILUTSequence=[EMPTY, NO_DATA, build_lut(build_curve(16), bits=16)]),
    ),
    "a table behind one that is too short": (
        "curve",
        encode(
            VOILUTSequence=[
                build_lut(build_curve(12)[:100], bits=12, count=4096),
                build_lut(build_curve(16), bits=16),
            ]
        ),
    ),
    "words as numbers": ("curve", voi(as_numbers(build_curve(12), "US"))),
    "words as signed numbers": ("curve", voi(as_numbers(build_curve(16).view(np.int16), "SS"))),
    "packed bytes as numbers": ("curve", voi(as_numbers(PACKED.view(np.uint16), "US", bits=8))),
    "packed bytes, big endian": (
        "curve",
        encode_dicom_in_syntax(
            STEPS,
            ExplicitVRBigEndian,
            VOILUTSequence=[build_lut(PACKED.view(np.uint16).byteswap(), bits=8, count=4096)],
            **TWELVE_BITS,
        ),
    ),
    "words, implicit": (
        "curve",
        encode_dicom_in_syntax(
            STEPS,
            ImplicitVRLittleEndian,
            VOILUTSequence=[build_lut(build_curve(12), bits=16)],
            **TWELVE_BITS,
        ),
    ),
    "a table of rescaled values whose first is unsigned": (
        "curve",
        voi(
            unsigned(build_lut(build_curve(12), bits=12), -1024),
            RescaleSlope="1",
            RescaleIntercept="-1024",
        ),
    ),
    "empty tables": (
        "window",
        encode(**WINDOW, ModalityLUTSequence=[EMPTY], VOILUTSequence=[NO_DATA]),
    ),
    "an empty intercept": ("window", rescaled("1", "")),
    "an empty slope": ("window", rescaled("", "0")),
    "a slope of 0": ("window", rescaled("0", "0")),
    "a slope of 0 with a comma": (
        "window",
        with_text(rescaled("0.00", "0.00"), (b"0.00", b"0,00")),
    ),
    "a slope that is no number": ("window", with_text(rescaled("7777", "0"), (b"7777", b"NaN "))),
    "a slope of 1 with a comma": ("window", with_text(rescaled("1.00", "0"), (b"1.00", b"1,00"))),
    "a window with commas": (
        "window",
        with_text(
            encode(WindowCenter="2048.0", WindowWidth="4096.0"),
            (b"2048.0", b"2048,0"),
            (b"4096.0", b"4096,0"),
        ),
    ),
    "a useful window behind an impossible one": (
        "window",
        with_text(
            encode(WindowCenter=["7777", "", "2048"], WindowWidth=["7777", "1", "4096"]),
            (b"7777", b"NaN "),
        ),
    ),
    "an unknown window function": ("window", encode(**WINDOW, VOILUTFunction="UNKNOWN")),
    "inverse, in small letters": (
        "inverse window",
        with_text(encode(**WINDOW, **INVERSE), (b"MONOCHROME1", b"monochrome1")),
    ),
    "12 bits at the top of 16": (
        "window",
        encode_dicom(STEPS << 4, **{**TWELVE_BITS, **WINDOW, "HighBit": 15}),
    ),
    "12 bits in the middle of 16": (
        "window",
        encode_dicom(STEPS << 2 | 0x8001, **{**TWELVE_BITS, **WINDOW, "HighBit": 13}),
    ),
    "12 signed bits at the top of 16": (
        "window",
        encode_dicom(
            (STEPS.astype(np.int16) - 2048) << 4,
            **{**TWELVE_BITS, **WINDOW, "HighBit": 15, "WindowCenter": "0"},
        ),
    ),
    "12 bits at the bottom, with a wrong high bit": (
        "window",
        encode_dicom(STEPS, **{**TWELVE_BITS, **WINDOW, "HighBit": 15}),
    ),
    "12 signed bits at the bottom, with a wrong high bit": (
        "window",
        encode_dicom(
            STEPS.astype(np.int16) - 2048,
            **{**TWELVE_BITS, **WINDOW, "HighBit": 15, "WindowCenter": "0"},
        ),
    ),
    "no high bit": ("window", encode_dicom(STEPS, **{**TWELVE_BITS, **WINDOW, "HighBit": None})),
    "modality table, 16 announced": (
        "modality curve",
        modality(build_lut(build_curve(12), bits=16)),
    ),
    "modality table of signed values whose first is unsigned": (
        "modality curve",
        modality(
            unsigned(build_lut(build_curve(12), bits=12), -2048), STEPS.astype(np.int16) - 2048
        ),
    ),
    "palette of words": ("palette", palette(CURVE[::16], bits=8)),
    "palette of words, 16 announced": ("palette", palette(CURVE[::16], bits=16)),
    "palette of bytes": ("palette", palette(PACKED[::16], bits=8)),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_well_formed_file_has_the_greys_of_dcmtk(name: str) -> None:
    content, _, greys = DRAWINGS[name]
    assert np.abs(decode(content)[SAMPLES] - greys).max() <= 1


@pytest.mark.skipif(dcmtk.PROGRAM is None, reason="dcmtk is not installed")
@pytest.mark.parametrize("name", DRAWINGS)
def test_dcmtk_draws_the_greys_that_are_stored(name: str, tmp_path: Path) -> None:
    content, options, greys = DRAWINGS[name]
    assert dcmtk.draw(content, tmp_path, *options).ravel()[SAMPLES].tolist() == greys


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_contradicts_the_standard_looks_like_its_twin(kind: str) -> None:
    name, content = FILES[kind]
    assert np.abs(decode(content)[SAMPLES] - DRAWINGS[name][2]).max() <= 1


def decode(content: bytes) -> NDArray[np.int64]:
    return decode_radiograph(content).pixels.ravel().astype(np.int64)
