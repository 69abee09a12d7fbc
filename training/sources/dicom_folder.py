"""Lists the labelled images of a folder of DICOM files, with keyed hashes for patients."""

import hashlib
import hmac
import io
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image
from rich.progress import track

from screening.decode import decode_radiograph
from screening.radiograph import Pixels
from training.atomic_write import write_atomically
from training.sources.dicom_tags import describe_acquisition, read_tag
from training.sources.errors import SourceError, UnusableImage
from training.sources.label_file import Row, read_label_file
from training.sources.source_files import SourceFile, list_folder
from training.sources.source_image import Exclusion, SourceImage
from training.sources.split_rule import AssignSplit

KEY_FILE = ".patient-key"
# 64 bits: with some million patients, the chance that two share a key is one in millions.
_KEY_DIGITS = 16


def list_labelled_images(
    folder: Path, labels: Path, *, key: bytes, assign_split: AssignSplit | None = None
) -> tuple[list[SourceImage], list[Exclusion]]:
    """Returns the images that the label file names, and all other files of the folder.

    Columns: file (its path below `folder`) and label (NORMAL or PNEUMONIA); optionally patient,
    subtype and split. Without a patient in the label file, PatientID identifies the patient. The
    patients' keys are hashes with `key`, so they reveal nothing without it. `assign_split` takes
    the place of the column split; without either, all images are for training. Raises SourceError.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder that is there.")
    # As in the label file: some systems write a letter with an accent as two characters.
    files = {unicodedata.normalize("NFC", file.name): file for file in list_folder(folder)}
    rows = read_label_file(labels)
    missing = [name for name in rows if name not in files]
    if missing:
        raise SourceError(
            f"{labels} names {len(missing)} files that are not in {folder}: {missing[0]} first."
        )
    exclusions = [
        Exclusion(name, "not in the label file")
        for name, file in files.items()
        if name not in rows and not labels.samefile(folder / file.name)
    ]
    images = [_build_image(files[name], row, key=key) for name, row in rows.items()]
    if assign_split is None:
        return images, exclusions
    if any(row["split"] for row in rows.values()):
        raise SourceError(
            f"{labels} has a column split, which says what the test set is. Leave it out, or leave "
            "out --test-share and --test-from."
        )
    images, unusable = _assign(images, assign_split)
    return images, [*exclusions, *unusable]


def _assign(
    images: list[SourceImage], assign_split: AssignSplit
) -> tuple[list[SourceImage], list[Exclusion]]:
    """Returns the images with their splits, and the exclusions of those that can have none."""
    usable: list[SourceImage] = []
    exclusions: list[Exclusion] = []
    for image in track(images, description="test set"):
        try:
            content = image.read()
            split = assign_split(image.patient(content), content)
            usable.append(replace(image, split=split))
        except UnusableImage as error:
            exclusions.append(Exclusion(image.source, str(error)))
    return usable, exclusions


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
        split=row["split"] or "train",
        label=row["label"],
        subtype="normal" if is_normal else row["subtype"].lower() or "pneumonia",
        read=file.read,
        convert=_convert_to_png,
        patient=_patient_hasher(row["patient"], key),
        describe=describe_acquisition,
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
        patient = name or read_tag(content, "PatientID")
        if not patient:
            raise UnusableImage("neither the label file nor PatientID names its patient")
        digest = hmac.new(key, patient.encode(), hashlib.sha256).hexdigest()
        return f"patient-{digest[:_KEY_DIGITS]}"

    return hash_patient
