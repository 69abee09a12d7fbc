"""JPEG and PNG to a radiograph, by Pillow, with the limits checked on the header."""

import io
import struct
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageChops, ImageOps, UnidentifiedImageError

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.radiograph import MAX_PIXELS, Pixels, Radiograph

# What Pillow raises on files that end early or contradict themselves.
_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
# Radiographs that were made into colour pictures have none: 0.0 in all of the data set. Mean
# difference of a pixel's brightest and darkest channel, in grey levels.
_MAX_COLOUR = 3.0
# Pixels of the longer side that are enough to see whether a picture has colour.
_COLOUR_SIDE = 256
# Scanners and viewers have no aperture.
_LENS = (ExifTags.Base.ExposureTime, ExifTags.Base.FNumber, ExifTags.Base.ISOSpeedRatings)


def decode(content: bytes) -> Radiograph:
    """The picture in a JPEG or PNG. Raises RejectedFile."""
    try:
        with warnings.catch_warnings():
            # Our own limit is lower than the one that Pillow warns of, and odd metadata is no harm.
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
            return _read(picture)
    except Image.DecompressionBombError as error:
        raise RejectedFile(Rejection.TOO_LARGE) from error
    except (UnidentifiedImageError, *_DAMAGED) as error:
        raise RejectedFile(Rejection.DAMAGED) from error


def _read(picture: Image.Image) -> Radiograph:
    # A JPEG with a camera's previews behind it is an MPO to Pillow; the first is the picture.
    file_format = "PNG" if picture.format == "PNG" else "JPEG"
    if picture.width * picture.height > MAX_PIXELS:
        raise RejectedFile(Rejection.TOO_LARGE)
    if file_format == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise RejectedFile(Rejection.SEVERAL_FRAMES)
    picture.load()
    camera = _camera(picture)
    return Radiograph(
        pixels=_upright(grey(picture), camera.get(ExifTags.Base.Orientation)),
        file_format=file_format,
        photographed=any(tag in camera for tag in _LENS) or _has_colour(picture),
    )


def grey(picture: Image.Image) -> Pixels:
    """Rows x columns of uint8 grey. Colour is weighed by ITU-R 601, as Pillow does for training;
    what is transparent is black, as in a viewer with a black ground.
    """
    if picture.mode.startswith("I"):
        return _from_16_bit(np.asarray(picture))
    if picture.has_transparency_data:
        if picture.mode != "RGBA":
            picture = picture.convert("RGBA")
        shown = ImageChops.multiply(picture.convert("L"), picture.getchannel("A"))
        return np.asarray(shown)
    return np.asarray(picture.convert("L"))


def _from_16_bit(values: NDArray[Any]) -> Pixels:
    """Modalities store 10, 12 or 14 bits in 16: values that all fit are read at that depth."""
    needed = int(values.max()).bit_length()
    depth = next(bits for bits in (8, 10, 12, 14, 16) if needed <= bits)
    shown: Pixels = np.right_shift(values, depth - 8).astype(np.uint8)
    return shown


def _camera(picture: Image.Image) -> dict[int, Any]:
    """What its maker says of the picture; nothing where that cannot be read."""
    try:
        exif = picture.getexif()
        return {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    except _DAMAGED:
        return {}


def _upright(pixels: Pixels, orientation: int | None) -> Pixels:
    """After grey, because a picture in colour would be turned in four times the room."""
    picture = Image.fromarray(pixels)
    if orientation is not None:
        picture.getexif()[ExifTags.Base.Orientation] = orientation
    return np.asarray(ImageOps.exif_transpose(picture))


def _has_colour(picture: Image.Image) -> bool:
    """A photo of a film or of a screen has a tint, which no exported radiograph has."""
    if picture.mode not in ("RGB", "RGBA", "CMYK"):
        return False
    smaller = picture.reduce(max(1, max(picture.size) // _COLOUR_SIDE))
    channels = np.asarray(smaller.convert("RGB"))
    return float((channels.max(axis=2) - channels.min(axis=2)).mean()) > _MAX_COLOUR
