"""A training job on this machine: the container's command, with SageMaker's variables and folders.

The container itself needs Docker, and is not here; TensorFlow is this machine's own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from training.container import CHANNELS, CHECKPOINTS
from training.errors import TrainingError

_JOBS = Path("build/jobs")


class LocalJobError(TrainingError):
    """The job ended without a model; what it said stands above."""


def run_here(recipe: str, settings: Mapping[str, str], data: Path, *, jobs: Path = _JOBS) -> Path:
    """The folder of the model. A job that was killed goes on where it was. Raises LocalJobError."""
    folder = (jobs / recipe).resolve()
    model, output, kept = (folder / name for name in ("model", "output", "checkpoints"))
    for each in (model, output, kept):
        each.mkdir(parents=True, exist_ok=True)
    environment = {
        **{f"SM_CHANNEL_{name.upper()}": str(data.resolve() / name) for name in CHANNELS},
        "SM_HPS": json.dumps({"recipe": recipe, **settings}),
        "SM_MODEL_DIR": str(model),
        "SM_OUTPUT_FAILURE": str(output / "failure"),
        CHECKPOINTS: str(kept),
    }
    command = [sys.executable, "-m", "training.container"]
    if subprocess.run(command, env={**os.environ, **environment}).returncode:
        raise LocalJobError("The job made no model.")
    return model
