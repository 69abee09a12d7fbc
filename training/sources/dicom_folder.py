"""A folder of DICOM files with a label file beside it."""

import csv
import hashlib
import hmac
import io
import secrets
import warnings
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pydicom
from PIL import Image

from screening.decode import decode_radiograph
from screening.formats.dicom_pixels import DECODE_ERRORS
from screening.radiograph import Pixels
from training.fit.checkpoint import write_atomically
from training.sources.errors import SourceError, UnusableImage
from training.sources.source_files import SourceFile, list_folder
from training.sources.source_image import LABELS, SPLITS, Exclusion, SourceImage

KEY = ".patient-key"
_NEEDED = ("file", "label")
_COLUMNS = (*_NEEDED, "patient", "subtype", "split")
# 64 bits: some million patients, and a chance in millions that two of them share a key.
_KEY_DIGITS = 16

Row = dict[str, str]


def list_labelled_images(
    folder: Path, labels: Path, *, key: bytes
) -> tuple[list[SourceImage], list[Exclusion]]:
    """The pictures that the label file names; and all other files of the folder.

    Columns: file (its path below `folder`), label (NORMAL or PNEUMONIA); patient, subtype and
    split where they are known. A patient whom the label file does not name is known by PatientID.
    `key` goes into the patients' keys, which say nothing without it. Raises SourceError.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder that is there.")
    there = {entry.name: entry for entry in list_folder(folder)}
    rows = _rows(labels)
    missing = [name for name in rows if name not in there]
    if missing:
        raise SourceError(
            f"{labels} names {len(missing)} files that are not in {folder}: {missing[0]} first."
        )
    pictures = [_picture(there[name], row, key=key) for name, row in rows.items()]
    others = [name for name in there if name not in rows and not labels.samefile(folder / name)]
    return pictures, [Exclusion(name, "not in the label file") for name in others]


def patient_key(data: Path) -> bytes:
    """The data folder's secret, from which its patients' keys are made; drawn at first use."""
    path = data / KEY
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_atomically(path, secrets.token_hex(32).encode())
    return path.read_bytes()


def _rows(labels: Path) -> dict[str, Row]:
    """The rows that were read, each by its file, without a column that only some files have."""
    try:
        # Excel writes a byte order mark.
        with labels.open(encoding="utf-8-sig", newline="") as lines:
            return _checked_rows(labels, csv.DictReader(lines))
    except OSError as error:
        raise SourceError(f"{labels} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{labels} is not a CSV file in UTF-8.") from error


def _checked_rows(labels: Path, reader: "csv.DictReader[str]") -> dict[str, Row]:
    columns = reader.fieldnames or ()
    if lacking := [name for name in _NEEDED if name not in columns]:
        raise SourceError(
            f"{labels} has no column named {' and none named '.join(lacking)}. "
            f"Its first line names the columns, with commas between: {','.join(_COLUMNS)}."
        )
    rows: dict[str, Row] = {}
    for given in reader:
        row = {name: (given.get(name) or "").strip() for name in _COLUMNS}
        row["label"] = row["label"].upper()
        row["split"] = row["split"].lower() if "split" in columns else "train"
        name = PurePosixPath(row["file"].replace("\\", "/")).as_posix()
        if problem := _problem(row, is_named_before=name in rows):
            raise SourceError(f"{labels}, line {reader.line_num}: {problem}")
        rows[name] = row
    if not rows:
        raise SourceError(f"{labels} names no file.")
    return rows


def _problem(row: Row, *, is_named_before: bool) -> str:
    if not row["file"]:
        return "it names no file."
    if is_named_before:
        return f"{row['file']} is named a second time."
    if row["label"] not in LABELS:
        return f"the label {row['label']!r} is neither NORMAL nor PNEUMONIA."
    if row["split"] not in SPLITS:
        return f"the split {row['split']!r} is none of train, val, test."
    return ""


def _picture(entry: SourceFile, row: Row, *, key: bytes) -> SourceImage:
    normal = row["label"] == "NORMAL"
    return SourceImage(
        source=entry.name,
        split=row["split"],
        label=row["label"],
        subtype="normal" if normal else row["subtype"].lower() or "pneumonia",
        read=entry.read,
        convert=_as_shown,
        patient=_keyed(row["patient"], key),
    )


def _as_shown(content: bytes) -> tuple[bytes, Pixels]:
    """A PNG of the very pixels that screening shows to a doctor and judges."""
    pixels = decode_radiograph(content).pixels
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue(), pixels


def _keyed(name: str, key: bytes) -> Callable[[bytes], str]:
    def keyed(content: bytes) -> str:
        known_as = name or _patient_id(content)
        if not known_as:
            raise UnusableImage("neither the label file nor PatientID names its patient")
        digest = hmac.new(key, known_as.encode(), hashlib.sha256).hexdigest()
        return f"patient-{digest[:_KEY_DIGITS]}"

    return keyed


def _patient_id(content: bytes) -> str:
    """Empty where there is none, or where this is no DICOM file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(
                io.BytesIO(content),
                force=True,
                stop_before_pixels=True,
                specific_tags=["PatientID"],
            )
            return str(dataset.get("PatientID") or "").strip()
        except DECODE_ERRORS:
            return ""
