"""The model in `models/`, as the files that a deploy copies into the models bucket."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bundles.bundle_contents import ROOT
from contracts.model_layout import ARCHIVE_FILE, CARD_FILE

MODELS = ROOT / "models"

_ARCHIVES = ROOT / "build" / "models"


@dataclass(frozen=True, kw_only=True)
class BundledModel:
    """`files` maps each path below `models/{version}/` in the bucket to the file on disk."""

    version: str
    files: Mapping[str, Path]


def read_bundled_model(models: Path = MODELS) -> BundledModel:
    """Packs the archive for the endpoint. CalledProcessError if there is no SavedModel to pack."""
    card = json.loads((models / CARD_FILE).read_text())
    weights = card["artefacts"]["cpu"]["path"]
    version = card["model_version"]
    files = {
        CARD_FILE: models / CARD_FILE,
        weights: models / weights,
        ARCHIVE_FILE: _build_archive(models, version),
    }
    return BundledModel(version=version, files=files)


def _build_archive(models: Path, version: str) -> Path:
    """Writes the archive under a temporary name first, because two synths may run at once."""
    folder = _ARCHIVES / version
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        archive = Path(temporary) / ARCHIVE_FILE
        options = ["--models", str(models.resolve()), "--out", str(archive)]
        command = [sys.executable, "-m", "sagemaker_inference.archive", *options]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return archive.replace(folder / ARCHIVE_FILE)
