"""Converts source images and stores them in the folder of the data set."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich.progress import track

from screening.errors import RejectedFile
from training.atomic_write import write_atomically
from training.sources.conversion_log import ConversionLog, ConvertedFile
from training.sources.errors import UnusableImage
from training.sources.near_duplicates import sketch
from training.sources.source_image import Exclusion, SourceImage, StoredImage


def store_images(
    images: Iterable[SourceImage], folder: Path, *, log: ConversionLog
) -> tuple[list[StoredImage], list[Exclusion]]:
    """Stores each usable image as `folder`/SPLIT/LABEL/FILE, and returns them and the exclusions.

    An image with the same bytes as an earlier one is left out. Raises OSError if the folder cannot
    be written.
    """
    stored: dict[Path, StoredImage] = {}
    exclusions: list[Exclusion] = []
    for image in track(list(images), description="images"):
        try:
            path, stored_image = _store(image, image.read(), folder, log=log)
            if path in stored:
                raise UnusableImage(f"the same bytes as {stored[path].source}")
            stored[path] = stored_image
        except UnusableImage as error:
            exclusions.append(Exclusion(image.source, str(error)))
        except RejectedFile as error:
            exclusions.append(Exclusion(image.source, f"screening refuses it: {error}"))
    return list(stored.values()), exclusions


def _store(
    image: SourceImage, content: bytes, folder: Path, *, log: ConversionLog
) -> tuple[Path, StoredImage]:
    source_sha256 = _sha256(content)
    name = image.file or f"{source_sha256[:16]}.png"
    path = folder / image.split / image.label / name
    file = log.get(source_sha256)
    if file is None or not path.is_file() or path.stat().st_size != file.bytes:
        file = _convert(image, content, path)
        log.add(source_sha256, file)
    return path, StoredImage(
        source=image.source,
        split=image.split,
        label=image.label,
        subtype=image.subtype,
        patient=image.patient(content),
        file=name,
        bytes=file.bytes,
        sha256=file.sha256,
        sketch=np.frombuffer(bytes.fromhex(file.sketch), np.uint8),
        acquisition=image.describe(content),
    )


def _convert(image: SourceImage, content: bytes, path: Path) -> ConvertedFile:
    stored_bytes, pixels = image.convert(content)
    # Before the file is written: an image without a patient is left out.
    image.patient(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, stored_bytes)
    return ConvertedFile(len(stored_bytes), _sha256(stored_bytes), sketch(pixels).tobytes().hex())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
