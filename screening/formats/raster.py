"""Decodes JPEG and PNG with Pillow, after a check of the limits on the header."""

import io
import struct
import warnings
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageChops, ImageOps, UnidentifiedImageError

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats import jpeg_stream, png_stream
from screening.radiograph import MAX_PIXELS, Pixels, Radiograph

# Errors that Pillow raises on files that end early or contradict themselves.
_DECODE_ERRORS = (
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
    zlib.error,
)
# Mean difference of a pixel's brightest and darkest channel, in grey levels. It is 0.0 in every
# radiograph of the data set that is stored in colour.
_MAX_COLOUR = 3.0
# Pixels of the longer side that are enough to measure the colour of an image.
_COLOUR_SAMPLE_SIZE = 256
# Where a PNG states its bits a sample.
_PNG_DEPTH = 24
# EXIF tags that only cameras write: scanners and viewers have no exposure.
_CAMERA_TAGS = (ExifTags.Base.ExposureTime, ExifTags.Base.FNumber, ExifTags.Base.ISOSpeedRatings)


def decode(content: bytes) -> Radiograph:
    """Decodes a JPEG or PNG. Raises RejectedFile."""
    try:
        with warnings.catch_warnings():
            # MAX_PIXELS is lower than the size that Pillow warns of; odd metadata is harmless.
            warnings.simplefilter("ignore")
            return _decode(content)
    except Image.DecompressionBombError as error:
        raise RejectedFile(Rejection.TOO_LARGE) from error
    except (UnidentifiedImageError, *_DECODE_ERRORS) as error:
        raise RejectedFile(Rejection.DAMAGED) from error


def _decode(content: bytes) -> Radiograph:
    image = _open(content)
    # Pillow calls a JPEG with previews behind it an MPO; its first image is the radiograph.
    file_format = "PNG" if image.format == "PNG" else "JPEG"
    if image.width * image.height > MAX_PIXELS:
        raise RejectedFile(Rejection.TOO_LARGE)
    if file_format == "PNG" and getattr(image, "n_frames", 1) > 1:
        raise RejectedFile(Rejection.SEVERAL_FRAMES)
    if file_format == "JPEG":
        image = _open(jpeg_stream.complete(content))
    else:
        png_stream.check_complete(content)
        _scale_transparency(image, bits=content[_PNG_DEPTH])
    image.load()
    exif = _read_exif(image)
    return Radiograph(
        pixels=_turn_upright(_convert_to_grey(image), exif.get(ExifTags.Base.Orientation)),
        file_format=file_format,
        photographed=any(tag in exif for tag in _CAMERA_TAGS) or _has_colour(image),
    )


def _scale_transparency(image: Image.Image, *, bits: int) -> None:
    """Scales the transparent grey to 8 bits, as Pillow scales pixels of 2 and 4 bits."""
    grey = image.info.get("transparency")
    if image.mode == "L" and isinstance(grey, int) and bits < 8:
        image.info["transparency"] = grey * 255 // (2**bits - 1)


def _open(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))


def _convert_to_grey(image: Image.Image) -> Pixels:
    """Returns rows x columns of uint8 grey.

    Colour is weighed by ITU-R 601, as Pillow does for training. Transparent pixels become black,
    as in a viewer with a black ground.
    """
    if image.mode.startswith("I"):
        values = np.asarray(image)
        pixels = _convert_16_bit(values)
        if "transparency" in image.info:
            pixels[values == image.info["transparency"]] = 0
        return pixels
    if image.has_transparency_data:
        if image.mode != "RGBA":
            image = image.convert("RGBA")
        opaque = ImageChops.multiply(image.convert("L"), image.getchannel("A"))
        return np.asarray(opaque)
    return np.asarray(image.convert("L"))


def _convert_16_bit(values: NDArray[Any]) -> Pixels:
    """Scales to 8 bits from the smallest usual depth that holds all values.

    Modalities store 10, 12 or 14 bits in 16: scaled from 16, such an image would be almost black.
    """
    bits_in_use = int(values.max()).bit_length()
    depth = next(bits for bits in (8, 10, 12, 14, 16) if bits_in_use <= bits)
    pixels: Pixels = np.right_shift(values, depth - 8).astype(np.uint8)
    return pixels


def _read_exif(image: Image.Image) -> dict[int, Any]:
    """Returns the EXIF tags by number; empty where they cannot be parsed."""
    try:
        exif = image.getexif()
        return {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    except _DECODE_ERRORS:
        return {}


def _turn_upright(pixels: Pixels, orientation: int | None) -> Pixels:
    """Applies the EXIF orientation; on grey pixels, because colour needs four times the memory."""
    image = Image.fromarray(pixels)
    if orientation is not None:
        image.getexif()[ExifTags.Base.Orientation] = orientation
    return np.asarray(ImageOps.exif_transpose(image))


def _has_colour(image: Image.Image) -> bool:
    """Returns whether the image is tinted: photos of a film or screen are, exports are not."""
    if image.mode not in ("RGB", "RGBA", "CMYK"):
        return False
    smaller = image.reduce(max(1, max(image.size) // _COLOUR_SAMPLE_SIZE))
    channels = np.asarray(smaller.convert("RGB"))
    return float((channels.max(axis=2) - channels.min(axis=2)).mean()) > _MAX_COLOUR
