"""Valid files in every accepted format, which the fuzzer mutates."""

from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)

from phantoms.dicom_syntaxes import ENCODERS, encode_dicom_in_syntax
from phantoms.file_formats import encode_compressed_dicom, encode_dicom, encode_image, grey_ramp

_GREY = grey_ramp()
_STORED = _GREY.astype(np.uint16) * 16
_TAGS = {"BitsStored": 12, "HighBit": 11, "WindowCenter": "2048", "WindowWidth": "4096"}
_SYNTAXES = (
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
)


def build_examples(folder: Path | None) -> list[bytes]:
    """Returns generated files of every format, and all files in `folder`."""
    return [*_read_files(folder), *_build_raster_files(), *_build_dicom_files()]


def _read_files(folder: Path | None) -> list[bytes]:
    if folder is None:
        return []
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


def _build_raster_files() -> list[bytes]:
    image = Image.fromarray(_GREY)
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation
    return [
        *(encode_image(image.convert(mode)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        encode_image(Image.fromarray(_STORED)),
        *(encode_image(image.convert(mode), "JPEG") for mode in ("L", "RGB", "CMYK")),
        encode_image(image, "JPEG", progressive=True, exif=exif, comment=b"A comment."),
        encode_image(image, "MPO", save_all=True, append_images=[image]),
    ]


def _build_dicom_files() -> list[bytes]:
    more_tags = {**_TAGS, "PixelPaddingValue": 0, "PatientAge": "004Y", "ViewPosition": "PA"}
    jpeg = encode_image(Image.fromarray(_GREY), "JPEG")
    return [
        encode_dicom(_GREY),
        encode_dicom(_STORED, **more_tags),
        encode_dicom(_STORED.astype(np.int16), **_TAGS),
        encode_dicom(np.repeat(_GREY[:, :, None], 3, axis=2)),
        encode_compressed_dicom(_GREY, JPEGBaseline8Bit, jpeg),
        *(
            encode_compressed_dicom(_STORED, syntax, encode(_STORED), **_TAGS)
            for syntax, encode in ENCODERS.items()
        ),
        *(encode_dicom_in_syntax(_STORED, syntax, **_TAGS) for syntax in _SYNTAXES),
    ]
