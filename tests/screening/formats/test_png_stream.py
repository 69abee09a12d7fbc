"""A PNG whose data holds fewer rows than its header says is refused."""

import zlib

import numpy as np
import pytest
from PIL import Image

from contracts.rejections import Rejection
from phantoms.file_formats import build_png, encode_image, grey_ramp
from screening.decode import decode_radiograph
from screening.errors import RejectedFile

PIXELS = grey_ramp()
ROWS = b"".join(b"\0" + row.tobytes() for row in PIXELS)


def encode_png(*data: bytes, rows: int = len(PIXELS), interlaced: bool = False) -> bytes:
    """Returns a PNG with these chunks of image data; every checksum is right."""
    size = PIXELS.shape[1].to_bytes(4, "big") + rows.to_bytes(4, "big")
    header = size + bytes([8, 0, 0, 0, interlaced])
    return build_png((b"IHDR", header), *((b"IDAT", each) for each in data))


def is_damaged(content: bytes) -> bool:
    with pytest.raises(RejectedFile) as caught:
        decode_radiograph(content)
    return caught.value.reason is Rejection.DAMAGED


@pytest.mark.parametrize("missing", [1, 81, 81 * 30, 81 * 59 + 40])
def test_missing_rows_are_damaged(missing: int) -> None:
    assert is_damaged(encode_png(zlib.compress(ROWS[:-missing])))


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_data_that_ends_early_is_damaged(share: float) -> None:
    data = zlib.compress(ROWS)
    assert is_damaged(encode_png(data[: int(share * len(data))]))


def test_a_missing_chunk_is_damaged() -> None:
    data = zlib.compress(ROWS)
    assert is_damaged(encode_png(data[:200], data[400:]))


@pytest.mark.parametrize("end", [0, 4], ids=["whole", "without its checksum"])
def test_complete_rows_in_several_chunks_are_read(end: int) -> None:
    data = zlib.compress(ROWS)
    content = encode_png(data[:100], data[100 : len(data) - end])
    assert np.array_equal(decode_radiograph(content).pixels, PIXELS)


def test_rows_beyond_the_image_do_not_matter() -> None:
    content = encode_png(zlib.compress(ROWS), rows=40)
    assert np.array_equal(decode_radiograph(content).pixels, PIXELS[:40])


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_every_kind_has_the_size_that_is_expected(mode: str) -> None:
    for size in ((80, 60), (1, 1), (7, 3)):
        image = Image.new("L" if mode == "I;16" else mode, size).convert(mode)
        assert decode_radiograph(encode_image(image)).pixels.shape == size[::-1]


def test_an_interlaced_image_has_all_passes() -> None:
    passes = ((10, 8), (10, 8), (20, 7), (20, 15), (40, 15), (40, 30), (80, 30))
    data = b"".join((b"\0" + b"\x55" * width) * height for width, height in passes)
    assert decode_radiograph(encode_png(zlib.compress(data), interlaced=True)).pixels.min() == 0x55
    assert is_damaged(encode_png(zlib.compress(data[:-81]), interlaced=True))
