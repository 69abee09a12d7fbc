"""JPEG and PNG to a radiograph, by Pillow, with the limits checked on the header."""

import io
import struct
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.radiograph import MAX_PIXELS, Pixels, Radiograph

JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"

# What Pillow raises on files that end early or contradict themselves.
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError)


def read(content: bytes) -> Radiograph:
    """The picture in a JPEG or PNG. Raises RejectedFile."""
    try:
        with warnings.catch_warnings():
            # Our own limit is lower than the one that Pillow warns of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    except Image.DecompressionBombError as error:
        raise RejectedFile(Rejection.TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise RejectedFile(Rejection.DAMAGED) from error
    except _DAMAGED as error:
        raise RejectedFile(Rejection.DAMAGED) from error
    file_format = str(picture.format)
    if picture.width * picture.height > MAX_PIXELS:
        raise RejectedFile(Rejection.TOO_LARGE)
    if getattr(picture, "n_frames", 1) > 1:
        raise RejectedFile(Rejection.SEVERAL_FRAMES)
    try:
        pixels = grey(ImageOps.exif_transpose(picture))
    except _DAMAGED as error:
        raise RejectedFile(Rejection.DAMAGED) from error
    return Radiograph(pixels=pixels, file_format=file_format)


def grey(picture: Image.Image) -> Pixels:
    """Rows x columns of uint8 grey. Colour is weighed by ITU-R 601, as Pillow does for training;
    what is transparent is black, as in a viewer with a black ground.
    """
    if picture.mode.startswith("I"):
        return _from_16_bit(np.asarray(picture))
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        picture = Image.alpha_composite(ground, picture)
    return np.asarray(picture.convert("L"))


def _from_16_bit(values: NDArray[np.generic]) -> Pixels:
    """Modalities store 12 bits in 16: values that all fit into 12 are read at that depth."""
    shift = 4 if int(np.max(values)) < 1 << 12 else 8
    words: NDArray[np.uint16] = np.clip(values, 0, 0xFFFF).astype(np.uint16)
    return np.right_shift(words, shift).astype(np.uint8)
