"""Writes the source folder of a training job: our code, and the packages that it needs."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements.txt"

# `training.container` imports these and no other unit.
_UNITS = ("contracts", "screening", "training")
# The packages that AWS's TensorFlow container lacks.
_JOB_REQUIREMENTS = ROOT / "requirements" / "job.txt"


def write_source(folder: Path) -> None:
    """Copies the units, as the root of the imports, and the pinned requirements into `folder`."""
    for unit in _UNITS:
        shutil.copytree(
            ROOT / unit, folder / unit, ignore=shutil.ignore_patterns("__pycache__", "*.csv")
        )
    shutil.copyfile(_JOB_REQUIREMENTS, folder / REQUIREMENTS)
