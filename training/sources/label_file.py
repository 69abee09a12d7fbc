"""Reads the label file of a DICOM folder: a CSV file with one row per DICOM file."""

import csv
import unicodedata
from pathlib import Path, PurePosixPath

from contracts.csv_table import TableError, open_table
from training.sources.errors import SourceError
from training.sources.source_image import LABELS, SPLITS

_REQUIRED_COLUMNS = ("file", "label")
_COLUMNS = (*_REQUIRED_COLUMNS, "patient", "subtype", "split")

Row = dict[str, str]


def read_label_file(path: Path) -> dict[str, Row]:
    """Returns the rows by file name, each with all columns; an absent value is empty.

    Raises SourceError.
    """
    try:
        return _parse_rows(path, open_table(path))
    except TableError as error:
        raise SourceError(str(error)) from error


def _parse_rows(path: Path, reader: "csv.DictReader[str]") -> dict[str, Row]:
    columns = reader.fieldnames or ()
    if missing := [name for name in _REQUIRED_COLUMNS if name not in columns]:
        raise SourceError(
            f"{path} has no column named {' and none named '.join(missing)}. "
            f"Its first line names the columns, with commas between: {','.join(_COLUMNS)}."
        )
    rows: dict[str, Row] = {}
    for fields in reader:
        row = {name: (fields.get(name) or "").strip() for name in _COLUMNS}
        # Some systems write a letter with an accent as two characters.
        row["file"] = unicodedata.normalize("NFC", row["file"])
        row["label"] = row["label"].upper()
        row["split"] = row["split"].lower()
        name = PurePosixPath(row["file"].replace("\\", "/")).as_posix()
        if problem := _find_problem(row, is_repeated=name in rows, has_splits="split" in columns):
            raise SourceError(f"{path}, line {reader.line_num}: {problem}")
        rows[name] = row
    if not rows:
        raise SourceError(f"{path} names no file.")
    return rows


def _find_problem(row: Row, *, is_repeated: bool, has_splits: bool) -> str:
    """Returns a sentence, or an empty text for a valid row."""
    if not row["file"]:
        return "it names no file."
    if is_repeated:
        return f"{row['file']} is named a second time."
    if row["label"] not in LABELS:
        return f"the label {row['label']!r} is neither NORMAL nor PNEUMONIA."
    if has_splits and row["split"] not in SPLITS:
        return f"the split {row['split']!r} is none of train, val, test."
    return ""
