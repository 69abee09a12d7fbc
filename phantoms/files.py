"""Files of every kind that is read, drawn for tests and for fuzzing."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    generate_uid,
)


def grey_ramp(rows: int = 60, columns: int = 80) -> NDArray[np.uint8]:
    """Grey from 0 on the left to 255 on the right, brighter towards the bottom."""
    across = np.linspace(0, 255, columns)[None, :]
    down = np.linspace(0.5, 1.0, rows)[:, None]
    return (across * down).astype(np.uint8)


def encode_image(picture: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=file_format, **options)
    return buffer.getvalue()


def encode_png_with_comment(picture: Image.Image, note: str) -> bytes:
    """The picture as a PNG of its own bytes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", note)
    return encode_image(picture, pnginfo=info)


def encode_dicom(pixels: NDArray[np.generic], **tags: object) -> bytes:
    """An uncompressed DX file with these stored values; `tags` are set, or deleted by None."""
    buffer = io.BytesIO()
    build_dataset(pixels, **tags).save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def encode_compressed_dicom(
    pixels: NDArray[np.generic], syntax: UID, frame: bytes | bytearray, **tags: object
) -> bytes:
    """The same with the pixels as `frame`, a codestream of this transfer syntax."""
    dataset = build_dataset(pixels, **tags)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate([bytes(frame)])
    dataset["PixelData"].is_undefined_length = True
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def build_dataset(pixels: NDArray[np.generic], **tags: object) -> FileDataset:
    """What `dicom` writes."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    dataset.Modality = "DX"
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 1 if pixels.ndim == 2 else 3
    dataset.PhotometricInterpretation = "MONOCHROME2" if pixels.ndim == 2 else "RGB"
    if pixels.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = dataset.BitsStored = pixels.dtype.itemsize * 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(np.issubdtype(pixels.dtype, np.signedinteger))
    dataset.PixelData = pixels.tobytes()
    for keyword, value in tags.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return dataset
