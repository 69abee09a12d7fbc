"""Tells whether the pixel data of a DICOM file hold several images, whatever its tags say."""

import struct
from contextlib import suppress

from pydicom.dataset import FileDataset
from pydicom.encaps import generate_fragments
from pydicom.pixels.utils import get_expected_length

# A codestream of JPEG, JPEG-LS or JPEG 2000 starts with these bytes.
_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")
# An RLE frame starts with its number of segments and the offset of the first (PS3.5 G.5).
_RLE_HEADER = struct.Struct("<II")
_MAX_RLE_SEGMENTS = 15
_RLE_OFFSET = 64


def holds_several_frames(dataset: FileDataset) -> bool:
    """Returns whether NumberOfFrames or the data say that there is more than one image.

    Devices leave NumberOfFrames out; then a reader would show the first image only. Raises
    ValueError where NumberOfFrames is no number.
    """
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        return True
    if not dataset.file_meta.TransferSyntaxUID.is_compressed:
        return bool(len(dataset.PixelData) >= 2 * get_expected_length(dataset))
    # Fragments that end early are for the decoder to refuse.
    starts = 0
    with suppress(ValueError, struct.error):
        for fragment in generate_fragments(dataset.PixelData):
            starts += _starts_frame(fragment)
    return starts > 1


def _starts_frame(fragment: bytes) -> bool:
    if fragment.startswith(_STARTS):
        return True
    if len(fragment) < _RLE_OFFSET:
        return False
    segments, offset = _RLE_HEADER.unpack_from(fragment)
    return bool(1 <= segments <= _MAX_RLE_SEGMENTS and offset == _RLE_OFFSET)
