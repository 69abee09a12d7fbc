"""What a training job runs: our code, and the packages that its container does not bring."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements.txt"

# What `training.container` imports, and no unit beside.
_FOLDERS = ("contracts", "screening", "training")
_PINS = ROOT / "requirements" / "job.txt"


def write_source(folder: Path) -> None:
    """The root of the imports, with the pins beside it."""
    for name in _FOLDERS:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.csv")
        )
    shutil.copyfile(_PINS, folder / REQUIREMENTS)
