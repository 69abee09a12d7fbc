"""A trained model as a folder: its two artefacts and the card that names them by their hashes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.errors import TrainingError

CARD = "model_card.json"
CPU = "cpu.tflite"
ENDPOINT = "saved_model"


class ModelFolderError(TrainingError):
    """A folder that holds no model, or not the one that its card describes."""


@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """`card` are the fields of the card as they stand."""

    folder: Path
    version: str
    card: dict[str, Any]


def read_model_folder(folder: Path) -> ModelFolder:
    """The model in `folder`, each file held to its hash. Raises ArtefactError."""
    if not (folder / CARD).is_file():
        raise ModelFolderError(f"There is no model in {folder}: it has no {CARD}.")
    try:
        card = json.loads((folder / CARD).read_text())
        version, said = str(card["model_version"]), card["artefacts"]
        hashes = {CPU: said["cpu"]["sha256"], ENDPOINT: said["endpoint"]["sha256"]}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelFolderError(f"{folder / CARD} is no model card: {error}.") from error
    is_there = {CPU: (folder / CPU).is_file(), ENDPOINT: (folder / ENDPOINT).is_dir()}
    for name, sha256 in hashes.items():
        if not is_there[name]:
            raise ModelFolderError(f"The model in {folder} is not whole: {name} is missing.")
        found = file_sha256(folder / name) if name == CPU else folder_sha256(folder / name)
        if found != sha256:
            raise ModelFolderError(f"{folder / name} is not what the card of {version} describes.")
    return ModelFolder(folder=folder, version=version, card=card)


def file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder_sha256(folder: Path) -> str:
    """One hash for a folder: over each file's path within it and its own hash, in path order."""
    digest = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    for name, path in sorted(files.items()):
        if path.is_file():
            digest.update(f"{name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()
