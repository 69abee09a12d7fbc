"""Writes the source folder of a job: our code, and the packages that it needs."""

import shutil
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements.txt"

# `training.container` imports these and no other unit.
TRAINING_UNITS = ("contracts", "screening", "training")
# `release.container` does.
REGISTRATION_UNITS = (*TRAINING_UNITS, "release", "sagemaker_inference", "storage")
# The packages that AWS's TensorFlow container lacks.
_JOB_REQUIREMENTS = ROOT / "requirements" / "job.txt"


def write_source(folder: Path, units: Sequence[str] = TRAINING_UNITS) -> None:
    """Copies the units, as the root of the imports, and the pinned requirements into `folder`."""
    for unit in units:
        shutil.copytree(
            ROOT / unit, folder / unit, ignore=shutil.ignore_patterns("__pycache__", "*.csv")
        )
    shutil.copyfile(_JOB_REQUIREMENTS, folder / REQUIREMENTS)
