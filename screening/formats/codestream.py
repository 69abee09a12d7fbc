"""Prepares the codestream of a compressed DICOM image: refuses one that is incomplete, and adds the
end marker that some devices leave out.
"""

import re

import imagecodecs
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats import jpeg_stream

_JPEG = frozenset({JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1})
_JPEG_LS = frozenset({JPEGLSLossless, JPEGLSNearLossless})
JPEG_2000 = frozenset({JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K})
_START_OF_SCAN = b"\xff\xda"
# In the data of JPEG-LS, 0xFF is followed by a zero bit (ITU-T T.87, C.1).
_JPEG_LS_END = re.compile(rb"\xff[\x80-\xfe]")
# Marker and length of a tile part, which gives its own length (ITU-T T.800, A.4.2).
_TILE_PART = b"\xff\x90\x00\x0a"
# Arithmetic coding gives no such run of zeros, and its decoder takes any bytes for pixels.
_LOST_DATA = bytes(512)


def complete_pixel_data(dataset: FileDataset) -> None:
    """Completes the codestream in a data set of one frame. Raises RejectedFile."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax in _JPEG | _JPEG_LS | JPEG_2000:
        dataset.PixelData = encapsulate([_complete(_read_frame(dataset), syntax)])


def is_damaged(dataset: FileDataset) -> bool:
    """Returns whether the codestream cannot be decoded, whatever the tags say of it.

    To be called where decoding the data set has failed. RLE has no size of its own.
    """
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax not in _JPEG_LS | JPEG_2000:
        return bool(syntax == RLELossless)
    decode = imagecodecs.jpegls_decode if syntax in _JPEG_LS else imagecodecs.jpeg2k_decode
    try:
        decode(_read_frame(dataset))
    except RuntimeError:
        return True
    return False


def _read_frame(dataset: FileDataset) -> bytes:
    return next(generate_frames(dataset.PixelData, number_of_frames=1), b"")


def _complete(frame: bytes, syntax: UID) -> bytes:
    if syntax in _JPEG:
        try:
            return jpeg_stream.complete(frame)
        except RuntimeError as error:
            raise RejectedFile(Rejection.DAMAGED) from error
    end = _find_jpeg_ls_end(frame) if syntax in _JPEG_LS else _find_jpeg_2000_end(frame)
    if syntax in JPEG_2000 and _LOST_DATA in frame[:end]:
        raise RejectedFile(Rejection.DAMAGED)
    return frame[:end] + jpeg_stream.END


def _find_jpeg_ls_end(frame: bytes) -> int:
    match = _JPEG_LS_END.search(frame, frame.rfind(_START_OF_SCAN) + 2)
    return match.start() if match else len(frame.rstrip(b"\0"))


def _find_jpeg_2000_end(frame: bytes) -> int:
    """Returns the end of the last tile part; comments may follow it."""
    at = max(0, frame.find(_TILE_PART))
    while frame.startswith(_TILE_PART, at):
        length = int.from_bytes(frame[at + 6 : at + 10], "big")
        if length < len(_TILE_PART):  # 0: up to the end marker.
            end = frame.find(jpeg_stream.END, at)
            return end if end >= 0 else len(frame.rstrip(b"\0"))
        at += length
    return at
