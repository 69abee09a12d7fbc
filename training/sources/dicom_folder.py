"""Lists the labelled images of a folder of DICOM files, with keyed hashes for patients."""

import hashlib
import hmac
import io
import secrets
import warnings
from collections.abc import Callable
from pathlib import Path

import pydicom
from PIL import Image

from screening.decode import decode_radiograph
from screening.formats.dicom_pixels import DECODE_ERRORS
from screening.radiograph import Pixels
from training.atomic_write import write_atomically
from training.sources.errors import SourceError, UnusableImage
from training.sources.label_file import Row, read_label_file
from training.sources.source_files import SourceFile, list_folder
from training.sources.source_image import Exclusion, SourceImage

KEY_FILE = ".patient-key"
# 64 bits: with some million patients, the chance that two share a key is one in millions.
_KEY_DIGITS = 16


def list_labelled_images(
    folder: Path, labels: Path, *, key: bytes
) -> tuple[list[SourceImage], list[Exclusion]]:
    """Returns the images that the label file names, and all other files of the folder.

    Columns: file (its path below `folder`) and label (NORMAL or PNEUMONIA); optionally patient,
    subtype and split. Without a patient in the label file, PatientID identifies the patient. The
    patients' keys are hashes with `key`, so they reveal nothing without it. Raises SourceError.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder that is there.")
    files = {file.name: file for file in list_folder(folder)}
    rows = read_label_file(labels)
    missing = [name for name in rows if name not in files]
    if missing:
        raise SourceError(
            f"{labels} names {len(missing)} files that are not in {folder}: {missing[0]} first."
        )
    images = [_build_image(files[name], row, key=key) for name, row in rows.items()]
    exclusions = [
        Exclusion(name, "not in the label file")
        for name in files
        if name not in rows and not labels.samefile(folder / name)
    ]
    return images, exclusions


def read_or_create_key(data: Path) -> bytes:
    """Returns the secret for the patients' keys in the data folder, created at first use."""
    path = data / KEY_FILE
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_atomically(path, secrets.token_hex(32).encode())
    return path.read_bytes()


def _build_image(file: SourceFile, row: Row, *, key: bytes) -> SourceImage:
    is_normal = row["label"] == "NORMAL"
    return SourceImage(
        source=file.name,
        split=row["split"],
        label=row["label"],
        subtype="normal" if is_normal else row["subtype"].lower() or "pneumonia",
        read=file.read,
        convert=_convert_to_png,
        patient=_patient_hasher(row["patient"], key),
    )


def _convert_to_png(content: bytes) -> tuple[bytes, Pixels]:
    """Returns a PNG of the pixels that screening shows to a doctor and analyses."""
    pixels = decode_radiograph(content).pixels
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue(), pixels


def _patient_hasher(name: str, key: bytes) -> Callable[[bytes], str]:
    """Returns a function from a file's bytes to the patient's keyed hash."""

    def hash_patient(content: bytes) -> str:
        patient = name or _read_patient_id(content)
        if not patient:
            raise UnusableImage("neither the label file nor PatientID names its patient")
        digest = hmac.new(key, patient.encode(), hashlib.sha256).hexdigest()
        return f"patient-{digest[:_KEY_DIGITS]}"

    return hash_patient


def _read_patient_id(content: bytes) -> str:
    """Returns an empty text if there is no PatientID, or if this is no DICOM file."""
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
