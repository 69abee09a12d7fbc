"""Reads the rows of a manifest, and names the line that nothing can be trained on."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from contracts.csv_table import TableError, open_table

COLUMNS = {"split", "class", "file", "subtype", "patient_key", "near_dup_group", "sha256"}
# An empty group has no near-duplicates.
_REQUIRED = ("file", "patient_key", "sha256")
_CHOICES = {"split": ("train", "val", "test"), "class": ("NORMAL", "PNEUMONIA")}


def read_rows(manifest: Path) -> list[dict[str, str]]:
    """Returns the rows in their order. Raises TableError, with the line's number."""
    reader = open_table(manifest)
    if missing := COLUMNS - set(reader.fieldnames or ()):
        raise TableError(f"{manifest} has no column named {', '.join(sorted(missing))}.")
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in reader:
        place = row["split"], row["class"], row["file"]
        problem = _find_problem(row)
        if place in rows:
            problem = f"{'/'.join(place)} stands in an earlier line as well"
        if problem:
            raise TableError(f"{manifest}, line {reader.line_num}: {problem}.")
        rows[place] = row
    if not rows:
        raise TableError(f"{manifest} names no radiograph.")
    return list(rows.values())


def _find_problem(row: Mapping[str, str]) -> str:
    """Returns what is wrong with the row, or an empty text."""
    for name, choices in _CHOICES.items():
        if row[name] not in choices:
            return f"the {name} {row[name]!r} is none of {', '.join(choices)}"
    if empty := [name for name in _REQUIRED if not row[name]]:
        return f"nothing stands under {' and '.join(empty)}"
    if PurePosixPath(row["file"]).name != row["file"]:
        return f"{row['file']!r} is no name of a file"
    age = row.get("age_years") or "0"
    if not (age.isascii() and age.isdecimal()):
        return f"the age {age!r} is no whole number of years"
    return ""
