"""Decodes JPEG and PNG with Pillow, after a check of the limits on the header."""

import io
import struct
import warnings
import zlib
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageChops, ImageOps, UnidentifiedImageError

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats import jpeg_stream, png_stream
from screening.formats.deep_png import is_changed_by_pillow, read_deep_png
from screening.formats.histogram import count_codes, estimate_depth, reduce_to_8_bits
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
    image.load()
    exif = _read_exif(image)
    if file_format == "PNG" and is_changed_by_pillow(image, content):
        image = read_deep_png(content)
    return Radiograph(
        pixels=_turn_upright(_convert_to_grey(image), exif.get(ExifTags.Base.Orientation)),
        file_format=file_format,
        photographed=any(tag in exif for tag in _CAMERA_TAGS) or _has_colour(image),
    )


def _open(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))


def _convert_to_grey(image: Image.Image) -> Pixels:
    """Returns rows x columns of uint8 grey.

    Colour is weighed by ITU-R 601, as Pillow does for training. Transparent pixels become black,
    as in a viewer with a black ground.
    """
    if image.mode.startswith("I"):
        samples = np.asarray(image).astype(np.uint16, copy=False)
        return reduce_to_8_bits(samples, depth=estimate_depth(count_codes(samples)))
    if image.has_transparency_data:
        if image.mode != "RGBA":
            image = image.convert("RGBA")
        opaque = ImageChops.multiply(image.convert("L"), image.getchannel("A"))
        return np.asarray(opaque)
    return np.asarray(image.convert("L"))


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
