"""From pictures to a data set: collected, freed of leaks, with a manifest and what was left out."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data.manifest import DESCRIPTION_FILE, FOLDER, MANIFEST, PUBLIC
from training.fit.checkpoint import write_atomically
from training.sources.contradictory_labels import remove_contradictions
from training.sources.conversion_log import ConversionLog
from training.sources.errors import SourceError
from training.sources.near_duplicates import near_duplicates
from training.sources.patient_leaks import remove_leaks
from training.sources.source_image import Exclusion, SourceImage, StoredImage
from training.sources.store_images import collect

LEFT_OUT = "left-out.csv"
_COLUMNS = (
    "split",
    "class",
    "file",
    "subtype",
    "patient_key",
    "near_dup_group",
    "bytes",
    "sha256",
)

# What the model card will say of data that a site brings.
_SITES_OWN = {
    "name": "a folder of DICOM files with a label file, 224 x 224 pixels",
    "licence": "not stated",
    "credit": "not stated",
}


@dataclass(frozen=True)
class DataSet:
    """What has come of a source: how many pictures by split and label, what could not be used,
    and what would have leaked from test into training.
    """

    counts: Counter[tuple[str, str]]
    unusable: tuple[Exclusion, ...]
    leaks: tuple[Exclusion, ...]


def write_data_set(
    pictures: Sequence[SourceImage], exclusions: Iterable[Exclusion], data: Path, *, source: str
) -> DataSet:
    """`data` is a folder for `python -m training --data`. A run that was stopped goes on.

    The manifest comes last: where it is there, all is. The list of what was left out lies beside
    the pictures' folder, since it has the names that the source has. Raises SourceError, OSError.
    """
    folder = data / FOLDER
    notes = ConversionLog(folder, source=source)
    collected, unusable = collect(pictures, folder, notes=notes)
    kept, contradictions = remove_contradictions(collected)
    groups = near_duplicates([each.sketch for each in kept])
    stay, leaks = remove_leaks(kept, groups)
    not_usable = (*exclusions, *unusable, *contradictions)
    listed = [(left.source, left.reason) for left in (*not_usable, *leaks)]
    write_atomically(data / LEFT_OUT, _csv(("file", "reason"), listed))
    if not stay:
        raise SourceError(f"No picture can be used. {data / LEFT_OUT} says why, for each.")
    about = _SITES_OWN if source == "dicom" else PUBLIC
    write_atomically(folder / DESCRIPTION_FILE, json.dumps(about, indent=2).encode())
    rows = [_row(kept[index], kept[groups[index]]) for index in stay]
    write_atomically(folder / MANIFEST, _csv(_COLUMNS, rows))
    for picture in {*collected} - {kept[index] for index in stay}:
        (folder / picture.split / picture.label / picture.file).unlink()
    counts = Counter((kept[index].split, kept[index].label) for index in stay)
    return DataSet(counts=counts, unusable=not_usable, leaks=tuple(leaks))


def _row(picture: StoredImage, group: StoredImage) -> tuple[str | int, ...]:
    return (
        picture.split,
        picture.label,
        picture.file,
        picture.subtype,
        picture.patient,
        # By its hash, because a name may be there twice.
        group.sha256[:16],
        picture.bytes,
        picture.sha256,
    )


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue().encode()
