"""A JPEG of which data is missing is refused; what is complete is read, whatever follows it."""

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from contracts.rejections import Rejection
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_image
from screening.decode import decode_radiograph
from screening.errors import RejectedFile
from screening.formats import jpeg_stream
from screening.formats.jpeg_stream import END

# Brighter, so that its lungs need as many bits as those of a radiograph.
PHANTOM = (255 * (draw_phantom()[::4, ::4] / 255) ** 0.4).astype(np.uint8)
DEEP = PHANTOM.astype(np.uint16) * 16
# Its lowest rows are black, as collimation leaves them: few bits for many pixels.
COLLIMATED = np.where(np.arange(len(PHANTOM))[:, None] < 172, PHANTOM, np.uint8(0))

KINDS = {
    "baseline": encode_image(Image.fromarray(PHANTOM), "JPEG"),
    "optimised": encode_image(Image.fromarray(PHANTOM), "JPEG", optimize=True),
    "progressive": encode_image(Image.fromarray(PHANTOM), "JPEG", progressive=True),
    "restarts by row": encode_image(Image.fromarray(PHANTOM), "JPEG", restart_marker_rows=1),
    "restarts by block": encode_image(Image.fromarray(PHANTOM), "JPEG", restart_marker_blocks=300),
    "colour": encode_image(Image.fromarray(PHANTOM).convert("RGB"), "JPEG"),
    "CMYK": encode_image(Image.fromarray(PHANTOM).convert("CMYK"), "JPEG"),
    "black below": encode_image(Image.fromarray(COLLIMATED), "JPEG", optimize=True),
    "12 bits": bytes(imagecodecs.jpeg8_encode(DEEP, level=95, bitspersample=12)),
    "lossless": bytes(imagecodecs.jpeg8_encode(DEEP, lossless=True, bitspersample=12)),
}
by_kind = pytest.mark.parametrize("kind", KINDS)


def is_damaged(stream: bytes) -> bool:
    try:
        jpeg_stream.complete(stream)
    except (RejectedFile, RuntimeError):
        return True
    return False


@by_kind
def test_a_complete_image_is_the_same(kind: str) -> None:
    assert jpeg_stream.complete(KINDS[kind]) == KINDS[kind]


@by_kind
@pytest.mark.parametrize(
    "rest", [b"", END + bytes(9), END + b"(c)\xff\xe0", b"\xff\xfe\0\4ab" + END]
)
def test_only_the_data_counts(kind: str, rest: bytes) -> None:
    """No end marker, padding, text behind it, and a comment before it."""
    assert jpeg_stream.complete(KINDS[kind].removesuffix(END) + rest) == KINDS[kind]


@by_kind
@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
@pytest.mark.parametrize("end", [b"", END], ids=["cut", "cut and ended anew"])
def test_data_that_ends_early_is_damaged(kind: str, share: float, end: bytes) -> None:
    stream = KINDS[kind]
    assert is_damaged(stream[: int(share * len(stream))] + end)


@pytest.mark.parametrize(
    ("kind", "size"),
    # Of a progressive image, a scan that refines may lose 300 bytes and still decode.
    [
        (kind, size)
        for kind in KINDS
        for size in (300, 1_200)
        if (kind, size) != ("progressive", 300)
    ],
)
def test_lost_data_in_the_middle_is_damaged(kind: str, size: int) -> None:
    stream, middle = KINDS[kind], len(KINDS[kind]) // 2
    assert is_damaged(stream[:middle] + bytes(size) + stream[middle + size :])
    assert is_damaged(stream[:middle] + stream[middle + size :])


@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"progressive": True}])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_an_image_of_one_grey_is_complete(mode: str, options: dict[str, bool]) -> None:
    """Its data is hardly more than a run of one code."""
    assert not is_damaged(encode_image(Image.new(mode, (300, 300)), "JPEG", **options))


def test_a_file_without_an_image_is_damaged() -> None:
    assert is_damaged(b"\xff\xd8" + END)


@pytest.mark.parametrize("kind", ["baseline", "progressive", "restarts by row", "colour", "CMYK"])
def test_a_jpeg_file_without_its_end_is_read_and_a_cut_one_is_not(kind: str) -> None:
    stream = KINDS[kind]
    whole = decode_radiograph(stream).pixels
    assert np.array_equal(decode_radiograph(stream.removesuffix(END)).pixels, whole)
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(stream[: int(0.9 * len(stream))] + END)
    assert caught.value.reason is Rejection.DAMAGED
