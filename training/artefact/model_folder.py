"""Reads a model folder: two exports, and the card that holds their hashes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.model_layout import CARD_FILE, CPU_FILE, SAVED_MODEL_FOLDER
from training.errors import TrainingError


class ModelFolderError(TrainingError):
    """The folder holds no model, or another one than its card describes."""


@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """`card` is the content of the model card."""

    folder: Path
    version: str
    card: dict[str, Any]


def read_model_folder(folder: Path) -> ModelFolder:
    """Reads the card and checks the hash of each export. Raises ModelFolderError."""
    if not (folder / CARD_FILE).is_file():
        raise ModelFolderError(f"There is no model in {folder}: it has no {CARD_FILE}.")
    try:
        card = json.loads((folder / CARD_FILE).read_text())
        version, artefacts = str(card["model_version"]), card["artefacts"]
        hashes = {
            CPU_FILE: artefacts["cpu"]["sha256"],
            SAVED_MODEL_FOLDER: artefacts["endpoint"]["sha256"],
        }
    except (ValueError, KeyError, TypeError) as error:
        raise ModelFolderError(f"{folder / CARD_FILE} is no model card: {error}.") from error
    exists = {
        CPU_FILE: (folder / CPU_FILE).is_file(),
        SAVED_MODEL_FOLDER: (folder / SAVED_MODEL_FOLDER).is_dir(),
    }
    for name, expected in hashes.items():
        if not exists[name]:
            raise ModelFolderError(f"The model in {folder} is not complete: {name} is missing.")
        path = folder / name
        sha256 = file_sha256(path) if name == CPU_FILE else folder_sha256(path)
        if sha256 != expected:
            raise ModelFolderError(f"{path} is not what the card of {version} describes.")
    return ModelFolder(folder=folder, version=version, card=card)


def add_job(folder: Path, *, name: str, arn: str, instance_type: str) -> None:
    """Adds the training job that wrote the model to the card in `folder`."""
    card = json.loads((folder / CARD_FILE).read_text())
    job = {"name": name, "arn": arn, "instance_type": instance_type}
    card["provenance"] = {**card.get("provenance", {}), "job": job}
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def flatten_settings(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Returns one group, with the names of inner groups joined by dots: `augmentation.noise`."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            flat |= flatten_settings(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder_sha256(folder: Path) -> str:
    """Returns one hash of a folder: over each file's path and hash, sorted by path."""
    digest = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    for name, path in sorted(files.items()):
        if path.is_file():
            digest.update(f"{name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()
