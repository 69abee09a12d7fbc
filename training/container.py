"""The same run inside a SageMaker training job: its folders and hyperparameters become our options.

SageMaker starts `python -m training.container` with SM_CHANNEL_* (a folder for each data channel),
SM_HPS (the hyperparameters as JSON), SM_MODEL_DIR and SM_OUTPUT_FAILURE. Channels are named as the
folders of the data set, so that the folder above them is the data set.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from training.__main__ import run
from training.data.manifest import FOLDER
from training.errors import TrainingError

# Where SageMaker keeps a copy of in S3, and brings back after an interruption.
CHECKPOINTS = "XRAY_CHECKPOINTS"
CHANNELS = (FOLDER, "weights")

# How CloudWatch and SageMaker Studio read the lines that the training loop prints.
METRICS = {
    "loss": r"epoch \d+ loss ([0-9.e+-]+)",
    "validation_loss": r"validation_loss ([0-9.e+-]+)",
}


def main() -> int:
    environment = os.environ
    try:
        run(options(environment))
    except TrainingError as error:
        print(error, file=sys.stderr)
        # SageMaker shows the job's failure by it.
        Path(environment["SM_OUTPUT_FAILURE"]).write_text(str(error))
        return 2
    return 0


def options(environment: Mapping[str, str]) -> list[str]:
    """The words of `python -m training` that say the same."""
    given = json.loads(environment["SM_HPS"])
    recipe = given.pop("recipe")
    kept = environment[CHECKPOINTS]
    folders = {
        "data": Path(environment[f"SM_CHANNEL_{FOLDER.upper()}"]).parent,
        "out": environment["SM_MODEL_DIR"],
        # Checkpoints lie in it too, those of other numbers apart.
        "cache": kept,
    }
    named = [(f"--{name}", str(folder)) for name, folder in folders.items()]
    settings = [("--set", f"{name}={_text(value)}") for name, value in given.items()]
    return [word for pair in [("--recipe", recipe), *named, *settings] for word in pair]


def _text(value: object) -> str:
    """SageMaker's own start script reads what looks like JSON."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    sys.exit(main())
