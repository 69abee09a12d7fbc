"""Registers imagecodecs (BSD-3) with pydicom as a decoder of compressed pixels.

pydicom decodes JPEG baseline and JPEG 2000 with Pillow, and RLE by itself. This module adds the
other syntaxes that hospitals send: JPEG extended and lossless (libjpeg-turbo), JPEG-LS (CharLS,
BSD-3) and high-throughput JPEG 2000 (OpenJPEG, BSD-2).
"""

from collections.abc import Callable
from typing import Any

import imagecodecs
from numpy.typing import NDArray
from pydicom.pixels.decoders.base import DecodeRunner, get_decoder
from pydicom.uid import (
    HTJ2K,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

_LABEL = "imagecodecs"

_DECODERS: dict[str, Callable[[bytes], NDArray[Any]]] = {
    JPEGExtended12Bit: imagecodecs.jpeg8_decode,
    JPEGLossless: imagecodecs.jpeg8_decode,
    JPEGLosslessSV1: imagecodecs.jpeg8_decode,
    JPEGLSLossless: imagecodecs.jpegls_decode,
    JPEGLSNearLossless: imagecodecs.jpegls_decode,
    HTJ2K: imagecodecs.jpeg2k_decode,
    HTJ2KLossless: imagecodecs.jpeg2k_decode,
    HTJ2KLosslessRPCL: imagecodecs.jpeg2k_decode,
}

# pydicom's plugin interface reads this name and calls `is_available`.
DECODER_DEPENDENCIES = dict.fromkeys(_DECODERS, (_LABEL,))


def is_available(uid: str) -> bool:
    """Returns whether this module decodes the transfer syntax."""
    return uid in _DECODERS


def register() -> None:
    """Makes pydicom use only these decoders for their transfer syntaxes. Idempotent."""
    for uid in _DECODERS:
        decoder = get_decoder(uid)
        if decoder.available_plugins != (_LABEL,):
            for plugin in decoder.available_plugins:
                decoder.remove_plugin(plugin)
            decoder.add_plugin(_LABEL, (__name__, decode_frame.__name__))


def decode_frame(frame: bytes, runner: DecodeRunner) -> bytearray:
    """Returns the samples of one frame as bytes: rows x columns x samples, little endian.

    Raises ValueError where the codestream has another size than the data set declares.
    """
    samples = _DECODERS[runner.transfer_syntax](frame)
    if samples.size != runner.rows * runner.columns * runner.samples_per_pixel:
        raise ValueError("The frame has another size than its data set declares.")
    if samples.ndim == 3:
        # These decoders interleave the samples; libjpeg-turbo also converts the colours to RGB.
        runner.set_option("planar_configuration", 0)
        if _DECODERS[runner.transfer_syntax] is imagecodecs.jpeg8_decode:
            runner.set_option("photometric_interpretation", "RGB")
    runner.set_option("bits_allocated", samples.dtype.itemsize * 8)
    # pydicom extends the sign from this bit. Some encoders declare a precision of 16 for 12 bits.
    precision = runner.get_option("jls_precision", runner.bits_stored)
    runner.set_option("jls_precision", min(precision, runner.bits_stored))
    return bytearray(samples.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes())
