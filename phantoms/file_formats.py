"""Encodes images as files in every accepted format: PNG, JPEG and DICOM."""

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
    """Returns rows x columns of grey, from 0 on the left to 255 on the right, darker at the top."""
    across = np.linspace(0, 255, columns)[None, :]
    down = np.linspace(0.5, 1.0, rows)[:, None]
    return (across * down).astype(np.uint8)


def encode_image(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    """Returns a file of any format that Pillow writes."""
    buffer = io.BytesIO()
    image.save(buffer, format=file_format, **options)
    return buffer.getvalue()


def encode_png_with_comment(image: Image.Image, comment: str) -> bytes:
    """Returns a PNG with a text chunk, so that equal pixels give files with different bytes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", comment)
    return encode_image(image, pnginfo=info)


def build_png(*chunks: tuple[bytes, bytes]) -> bytes:
    """Returns a PNG of these chunks, type and content, each with its checksum, and IEND."""
    buffer = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    buffer.seek(0, io.SEEK_END)
    for kind, content in (*chunks, (b"IEND", b"")):
        PngImagePlugin.putchunk(buffer, kind, content)
    return buffer.getvalue()


def encode_dicom(pixels: NDArray[np.generic], **tags: object) -> bytes:
    """Returns an uncompressed DX file with `pixels` as stored values.

    `tags` are set by keyword; None deletes a tag.
    """
    return _encode(build_dataset(pixels, **tags))


def encode_compressed_dicom(
    pixels: NDArray[np.generic], syntax: UID, frame: bytes | bytearray, **tags: object
) -> bytes:
    """Returns a DX file whose pixel data is `frame`, a codestream of the transfer syntax.

    `pixels` only give the shape and the depth that the tags declare.
    """
    dataset = build_dataset(pixels, **tags)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate([bytes(frame)])
    dataset["PixelData"].is_undefined_length = True
    return _encode(dataset)


def build_dataset(pixels: NDArray[np.generic], **tags: object) -> FileDataset:
    """Returns the data set that `encode_dicom` writes."""
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


def _encode(dataset: FileDataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
