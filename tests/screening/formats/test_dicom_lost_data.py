"""A codestream that has lost data is damaged, and what follows its data does not matter."""

import numpy as np
import pytest
from PIL import Image
from pydicom.encaps import generate_frames
from pydicom.uid import UID, JPEGBaseline8Bit, RLELossless

from contracts.rejections import Rejection
from phantoms.chest import draw_phantom
from phantoms.dicom_syntaxes import ENCODERS
from phantoms.file_formats import build_dataset, encode_compressed_dicom, encode_image
from tests.screening.decoding import decode, refusal
from tests.screening.formats.dicom_files import FULL_RANGE

# Large enough that lost data is a small part of it, with noise as of a detector.
HALF = draw_phantom()[::2, ::2].astype(np.uint16)
PHANTOM = HALF * 16 + np.random.default_rng(1).integers(0, 16, HALF.shape, np.uint16)
END = b"\xff\xd9"


def encode_phantom(syntax: UID) -> bytes:
    """Returns the codestream of PHANTOM."""
    if syntax == JPEGBaseline8Bit:
        return encode_image(Image.fromarray((PHANTOM >> 4).astype(np.uint8)), "JPEG")
    if syntax == RLELossless:
        dataset = build_dataset(PHANTOM)
        dataset.compress(RLELossless)
        return next(generate_frames(dataset.PixelData, number_of_frames=1))
    return bytes(ENCODERS[syntax](PHANTOM))


def wrap_phantom(syntax: UID, frame: bytes) -> bytes:
    if syntax == JPEGBaseline8Bit:
        return encode_compressed_dicom((PHANTOM >> 4).astype(np.uint8), syntax, frame)
    return encode_compressed_dicom(PHANTOM, syntax, frame, **FULL_RANGE)


@pytest.mark.parametrize(
    "syntax", [JPEGBaseline8Bit, RLELossless, *ENCODERS], ids=lambda uid: uid.name
)
@pytest.mark.parametrize("fault", ["cut", "cut and ended anew", "zeros"])
def test_lost_data_is_damaged(syntax: UID, fault: str) -> None:
    frame = encode_phantom(syntax)
    size, middle = len(frame), len(frame) // 2
    faulty = {
        "cut": frame[: int(0.7 * size)],
        "cut and ended anew": frame[: int(0.95 * size)] + END,
        "zeros": frame[:middle] + bytes(4_000) + frame[middle + 4_000 :],
    }[fault]
    assert refusal(wrap_phantom(syntax, faulty))[0] is Rejection.DAMAGED


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, *ENCODERS], ids=lambda uid: uid.name)
@pytest.mark.parametrize("rest", [b"", END + b"(c) an archive", END + bytes(9)])
def test_only_the_data_of_a_frame_counts(syntax: UID, rest: bytes) -> None:
    """No end marker, and text or padding behind it."""
    frame = encode_phantom(syntax)
    other = wrap_phantom(syntax, frame[: frame.rindex(END)] + rest)
    assert np.array_equal(decode(other), decode(wrap_phantom(syntax, frame)))


@pytest.mark.parametrize("syntax", ENCODERS, ids=lambda uid: uid.name)
def test_a_comment_behind_the_data_is_ignored(syntax: UID) -> None:
    """Of the codecs, some take it for an error. JPEG 2000 has a marker of its own for it."""
    frame = encode_phantom(syntax)
    comment = (b"\xff\x64" if frame.startswith(b"\xff\x4f") else b"\xff\xfe") + b"\0\4ab"
    other = wrap_phantom(syntax, frame[: frame.rindex(END)] + comment + END)
    assert np.array_equal(decode(other), decode(wrap_phantom(syntax, frame)))
