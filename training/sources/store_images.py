"""Pictures into the folder of the data set, each whole or not at all, none a second time."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich.progress import track

from screening.errors import RejectedFile
from training.fit.checkpoint import write_atomically
from training.sources.conversion_log import ConversionLog, ConvertedFile
from training.sources.errors import UnusableImage
from training.sources.near_duplicates import sketch
from training.sources.source_image import Exclusion, SourceImage, StoredImage


def collect(
    pictures: Iterable[SourceImage], folder: Path, *, notes: ConversionLog
) -> tuple[list[StoredImage], list[Exclusion]]:
    """What can be used lies in `folder` as SPLIT/LABEL/FILE; what cannot comes with its reason.

    Raises OSError where `folder` takes no more.
    """
    kept: dict[Path, StoredImage] = {}
    exclusions: list[Exclusion] = []
    for picture in track(list(pictures), description="pictures"):
        try:
            content = picture.read()
            path, one = _keep(picture, content, folder, notes)
            if path in kept:
                raise UnusableImage(f"the same bytes as {kept[path].source}")
            kept[path] = one
        except UnusableImage as error:
            exclusions.append(Exclusion(picture.source, str(error)))
        except RejectedFile as error:
            exclusions.append(Exclusion(picture.source, f"screening refuses it: {error}"))
    return list(kept.values()), exclusions


def _keep(
    picture: SourceImage, content: bytes, folder: Path, notes: ConversionLog
) -> tuple[Path, StoredImage]:
    sha256 = _sha256(content)
    file = picture.file or f"{sha256[:16]}.png"
    path = folder / picture.split / picture.label / file
    note = notes.of(sha256)
    if note is None or not path.is_file() or path.stat().st_size != note.bytes:
        note = _write(picture, content, path)
        notes.add(sha256, note)
    return path, StoredImage(
        source=picture.source,
        split=picture.split,
        label=picture.label,
        subtype=picture.subtype,
        patient=picture.patient(content),
        file=file,
        bytes=note.bytes,
        sha256=note.sha256,
        sketch=np.frombuffer(bytes.fromhex(note.sketch), np.uint8),
    )


def _write(picture: SourceImage, content: bytes, path: Path) -> ConvertedFile:
    as_kept, pixels = picture.convert(content)
    # Asked before the file is there: without a patient it is left out.
    picture.patient(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, as_kept)
    return ConvertedFile(len(as_kept), _sha256(as_kept), sketch(pixels).tobytes().hex())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
