"""The bundled model as the files that a release uploads."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bundles.staging import ROOT
from contracts.model_layout import ARCHIVE_FILE, CARD_FILE

MODELS = ROOT / "models"

_PACKED = ROOT / "build" / "models"
_PACK = ROOT / "sagemaker_inference" / "archive.py"


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """`files` maps each path below `models/{version}/` to the file that is uploaded there."""

    version: str
    files: Mapping[str, Path]


def bundled(models: Path = MODELS) -> Artefact:
    """The release in `models`. CalledProcessError where there is no SavedModel to pack."""
    card = json.loads((models / CARD_FILE).read_text())
    weights = card["artefacts"]["cpu"]["path"]
    version = card["model_version"]
    files = {
        CARD_FILE: models / CARD_FILE,
        weights: models / weights,
        ARCHIVE_FILE: _packed(models, version),
    }
    return Artefact(version=version, files=files)


def _packed(models: Path, version: str) -> Path:
    """The archive; a name of its own while it is written, as others may synthesise beside."""
    folder = _PACKED / version
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as partial:
        archive = Path(partial) / ARCHIVE_FILE
        command = [sys.executable, str(_PACK), "--models", str(models), "--out", str(archive)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return archive.replace(folder / ARCHIVE_FILE)
