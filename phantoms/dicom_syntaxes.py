"""DICOM files in each transfer syntax that hospitals send."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import imagecodecs
from numpy.typing import NDArray
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    ExplicitVRBigEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from phantoms.file_formats import build_dataset

Encode = Callable[[NDArray[Any]], bytes | bytearray]

_lossless = partial(imagecodecs.jpeg8_encode, lossless=True, bitspersample=12)
_extended = partial(imagecodecs.jpeg8_encode, level=98, bitspersample=12)
_jpeg2k = partial(imagecodecs.jpeg2k_encode, level=0, codecformat="j2k", bitspersample=12)

# Encoders of 12-bit pixels to a codestream, by compressed transfer syntax.
ENCODERS: dict[UID, Encode] = {
    JPEGExtended12Bit: _extended,
    JPEGLossless: partial(_lossless, predictor=7),
    JPEGLosslessSV1: partial(_lossless, predictor=1),
    JPEGLSLossless: imagecodecs.jpegls_encode,
    JPEGLSNearLossless: partial(imagecodecs.jpegls_encode, level=2),
    JPEG2000Lossless: _jpeg2k,
    JPEG2000: _jpeg2k,
    HTJ2KLossless: imagecodecs.htj2k_encode,
    HTJ2KLosslessRPCL: imagecodecs.htj2k_encode,
    HTJ2K: imagecodecs.htj2k_encode,
}


def encode_dicom_in_syntax(pixels: NDArray[Any], syntax: UID, **tags: object) -> bytes:
    """Returns a DX file in a transfer syntax that pydicom writes without a codec."""
    dataset = build_dataset(pixels, **tags)
    if syntax == RLELossless:
        dataset.compress(RLELossless)
    elif syntax == ExplicitVRBigEndian:
        dataset.set_original_encoding(False, False)
        dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    dataset.file_meta.TransferSyntaxUID = syntax
    buffer = io.BytesIO()
    dataset.save_as(
        buffer,
        enforce_file_format=True,
        implicit_vr=syntax.is_implicit_VR,
        little_endian=syntax.is_little_endian,
    )
    return buffer.getvalue()
