"""Every file is read as one radiograph, or refused with a reason that its sender can act on."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.radiograph import MAX_BYTES
from screening.read import read_radiograph
from tests.screening.drawn import dicom, encoded, ramp


def refused(content: bytes) -> tuple[Rejection, str]:
    with pytest.raises(RejectedFile) as caught:
        read_radiograph(content)
    return caught.value.reason, caught.value.detail


def png_header(columns: int, rows: int) -> bytes:
    """A PNG that claims a size, with next to nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def test_an_empty_file_is_named() -> None:
    assert refused(b"") == (Rejection.EMPTY, "")


def test_a_file_over_50_megabytes_is_not_looked_into() -> None:
    assert refused(bytes(MAX_BYTES + 1))[0] is Rejection.TOO_LARGE


def test_a_decompression_bomb_is_refused_by_its_header() -> None:
    assert refused(png_header(50_000, 50_000))[0] is Rejection.TOO_LARGE


def test_more_than_40_megapixels_are_refused_by_the_header() -> None:
    assert refused(png_header(8_000, 5_001))[0] is Rejection.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"The patient coughs.", "a text file"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "a ZIP archive or an Office document"),
        (b"II*\x00....", "a TIFF"),
        (bytes(4) + b"ftypheic" + bytes(20), "a HEIC picture or a video"),
        (bytes(300), ""),
    ],
)
def test_what_is_no_picture_is_named(content: bytes, name: str) -> None:
    assert refused(content) == (Rejection.NOT_A_PICTURE, name)


def test_an_animated_gif_is_no_picture_of_ours() -> None:
    frames = [Image.fromarray(ramp()), Image.fromarray(255 - ramp())]
    gif = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert refused(gif) == (Rejection.NOT_A_PICTURE, "a GIF")


def test_an_animated_png_has_several_frames() -> None:
    frames = [Image.fromarray(ramp()), Image.fromarray(255 - ramp())]
    apng = encoded(frames[0], save_all=True, append_images=frames[1:])
    assert refused(apng)[0] is Rejection.SEVERAL_FRAMES


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_truncated_picture_is_damaged(file_format: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200), dtype=np.uint8)
    whole = encoded(Image.fromarray(noise), file_format)
    assert refused(whole[: int(len(whole) * share)])[0] is Rejection.DAMAGED


def test_a_truncated_dicom_is_damaged() -> None:
    whole = dicom(ramp(200, 200))
    assert refused(whole[: len(whole) // 2])[0] is Rejection.DAMAGED
