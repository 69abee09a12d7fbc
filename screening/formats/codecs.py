"""Decoders of compressed DICOM pixels, as plugins of pydicom's, from imagecodecs (BSD-3).

Pillow, with pydicom, reads JPEG baseline and JPEG 2000, and pydicom itself RLE. What else hospitals
send is here: JPEG extended and lossless (libjpeg-turbo), JPEG-LS (CharLS, BSD-3), high-throughput
JPEG 2000 (OpenJPEG, BSD-2).
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

# What pydicom asks of a plugin.
DECODER_DEPENDENCIES = dict.fromkeys(_DECODERS, (_LABEL,))


def is_available(uid: str) -> bool:
    return uid in _DECODERS


def register() -> None:
    """Make pydicom use these decoders, and none of its own for the same syntaxes; idempotent."""
    for uid in _DECODERS:
        decoder = get_decoder(uid)
        if decoder.available_plugins != (_LABEL,):
            for other in decoder.available_plugins:
                decoder.remove_plugin(other)
            decoder.add_plugin(_LABEL, (__name__, decode_frame.__name__))


def decode_frame(frame: bytes, runner: DecodeRunner) -> bytearray:
    """The samples of one frame, rows by columns by samples, little endian."""
    samples = _DECODERS[runner.transfer_syntax](frame)
    if samples.size != runner.rows * runner.columns * runner.samples_per_pixel:
        raise ValueError("The frame has another size than its data set says.")
    if samples.ndim == 3:
        # These decoders interleave, and give the colours that the codestream names.
        runner.set_option("planar_configuration", 0)
        if _DECODERS[runner.transfer_syntax] is imagecodecs.jpeg8_decode:
            runner.set_option("photometric_interpretation", "RGB")
    runner.set_option("bits_allocated", samples.dtype.itemsize * 8)
    # pydicom extends the sign from here; some encoders call 12 bits in 16 a precision of 16.
    precision = runner.get_option("jls_precision", runner.bits_stored)
    runner.set_option("jls_precision", min(precision, runner.bits_stored))
    return bytearray(samples.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes())
