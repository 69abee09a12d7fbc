"""Writes a data set from source images: images, manifest, description, list of exclusions."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from training.atomic_write import write_atomically
from training.data.manifest import DESCRIPTION_FILE, FOLDER, MANIFEST, PUBLIC_DESCRIPTION
from training.sources.contradictory_labels import remove_contradictions
from training.sources.conversion_log import ConversionLog
from training.sources.errors import SourceError
from training.sources.near_duplicates import near_duplicates
from training.sources.patient_leaks import remove_leaks
from training.sources.source_image import Acquisition, Exclusion, SourceImage, StoredImage
from training.sources.store_images import store_images

EXCLUSIONS_FILE = "left-out.csv"
_COLUMNS = (
    "split",
    "class",
    "file",
    "subtype",
    "patient_key",
    "near_dup_group",
    "bytes",
    "sha256",
    *(each.name for each in fields(Acquisition)),
)


@dataclass(frozen=True)
class DataSet:
    """The number of images by split and label, and the exclusions of two kinds."""

    counts: Counter[tuple[str, str]]
    unusable: tuple[Exclusion, ...]
    leaks: tuple[Exclusion, ...]


def write_data_set(
    images: Sequence[SourceImage],
    exclusions: Iterable[Exclusion],
    data: Path,
    *,
    source: str,
    description: Mapping[str, Any] | None = None,
) -> DataSet:
    """Writes the folder that `python -m training --data` takes; a stopped run resumes.

    The manifest is written last, so a folder with a manifest is complete. Without `description`,
    the one that is there stays, and a new folder gets that of the public set. The list of
    exclusions has the source's file names, so it lies beside the images' folder and not in it.
    Raises SourceError if no image can be used, and OSError.
    """
    folder = data / FOLDER
    log = ConversionLog(folder, source=source)
    stored, unusable = store_images(images, folder, log=log)
    consistent, contradictions = remove_contradictions(stored)
    groups = near_duplicates([image.sketch for image in consistent])
    indices, leaks = remove_leaks(consistent, groups)
    all_unusable = (*exclusions, *unusable, *contradictions)
    reasons = [(exclusion.source, exclusion.reason) for exclusion in (*all_unusable, *leaks)]
    write_atomically(data / EXCLUSIONS_FILE, _format_csv(("file", "reason"), reasons))
    if not indices:
        raise SourceError(f"No image can be used. {data / EXCLUSIONS_FILE} says why, for each.")
    if description or not (folder / DESCRIPTION_FILE).exists():
        content = json.dumps(description or PUBLIC_DESCRIPTION, indent=2, ensure_ascii=False)
        write_atomically(folder / DESCRIPTION_FILE, content.encode())
    members = [consistent[index] for index in indices]
    rows = [_row(consistent[index], consistent[groups[index]]) for index in indices]
    write_atomically(folder / MANIFEST, _format_csv(_COLUMNS, rows))
    paths = {folder / image.split / image.label / image.file for image in members}
    # Also images that are no longer in the source, or have another label or split now.
    for path in {*folder.glob("*/*/*")} - paths:
        path.unlink()
    counts = Counter((image.split, image.label) for image in members)
    return DataSet(counts=counts, unusable=all_unusable, leaks=tuple(leaks))


def _row(image: StoredImage, group: StoredImage) -> tuple[str | int, ...]:
    return (
        image.split,
        image.label,
        image.file,
        image.subtype,
        image.patient,
        # The hash, because two images may have the same name.
        group.sha256[:16],
        image.bytes,
        image.sha256,
        *astuple(image.acquisition),
    )


def _format_csv(columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue().encode()
