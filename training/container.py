"""Runs training inside a SageMaker training job.

SageMaker starts `python -m training.container` with SM_CHANNEL_* (a folder for each data channel),
SM_HPS (the hyperparameters as JSON), SM_MODEL_DIR and SM_OUTPUT_FAILURE. The channels have the
names of the data set's folders, so the folder above them is the data set.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from training.__main__ import run
from training.data.manifest import FOLDER
from training.errors import TrainingError

# The variable for the folder that SageMaker copies to S3 and restores after an interruption.
CHECKPOINTS = "XRAY_CHECKPOINTS"
CHANNELS = (FOLDER, "weights")

# Regular expressions by which SageMaker reads the metrics of an epoch from the job's log.
METRICS = {
    "loss": r"epoch \d+ loss ([0-9.e+-]+)",
    "validation_loss": r"validation_loss ([0-9.e+-]+)",
}


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr and in the file that SageMaker shows."""
    environment = os.environ
    try:
        run(build_options(environment))
    except TrainingError as error:
        print(error, file=sys.stderr)
        Path(environment["SM_OUTPUT_FAILURE"]).write_text(str(error))
        return 2
    return 0


def build_options(environment: Mapping[str, str]) -> list[str]:
    """Returns the options of `python -m training` for the job's environment."""
    hyperparameters = json.loads(environment["SM_HPS"])
    options = {
        "--recipe": hyperparameters.pop("recipe"),
        "--data": str(Path(environment[f"SM_CHANNEL_{FOLDER.upper()}"]).parent),
        "--out": environment["SM_MODEL_DIR"],
        # Checkpoints lie below the cache, in a folder for each set of settings.
        "--cache": environment[CHECKPOINTS],
    }
    settings = [("--set", f"{name}={_text(value)}") for name, value in hyperparameters.items()]
    return [word for pair in [*options.items(), *settings] for word in pair]


def _text(value: object) -> str:
    """Formats a hyperparameter, which SageMaker has parsed if it looks like JSON."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    sys.exit(main())
