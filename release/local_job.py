"""Runs a training job on this machine: the container's command, with SageMaker's environment.

The container itself needs Docker, so the job uses TensorFlow as installed here.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from training.container import CHANNELS, CHECKPOINTS, FIRST_MODEL, build_hyperparameters
from training.errors import TrainingError

_JOBS = Path("build/jobs")


class LocalJobError(TrainingError):
    """There is no job, or it ended without a model; its own output, printed before, says why."""


def find_local_data(data: str) -> Path:
    """The folder that `--data` names. Raises LocalJobError for an address in S3."""
    if data.startswith("s3://"):
        raise LocalJobError("A job on this machine reads a folder of it, and not S3. Set --data.")
    return Path(data)


def run_locally(
    recipe: str,
    overrides: Mapping[str, str],
    data: Path,
    *,
    first_model: Path | None = None,
    jobs: Path = _JOBS,
) -> Path:
    """Returns the folder of the trained model. Raises LocalJobError.

    `first_model` is the folder of the model that gives the first weights.

    A job that was killed continues from its last checkpoint.
    """
    folder = (jobs / recipe).resolve()
    model, output, checkpoints = (folder / name for name in ("model", "output", "checkpoints"))
    for path in (model, output, checkpoints):
        path.mkdir(parents=True, exist_ok=True)
    folders = {name: data / name for name in CHANNELS}
    if first_model:
        folders[FIRST_MODEL] = first_model
    environment = {
        **{f"SM_CHANNEL_{name.upper()}": str(path.resolve()) for name, path in folders.items()},
        "SM_HPS": json.dumps(build_hyperparameters(recipe, overrides)),
        "SM_MODEL_DIR": str(model),
        "SM_OUTPUT_FAILURE": str(output / "failure"),
        CHECKPOINTS: str(checkpoints),
    }
    command = [sys.executable, "-m", "training.container"]
    if subprocess.run(command, env={**os.environ, **environment}).returncode:
        raise LocalJobError("The job made no model.")
    return model
