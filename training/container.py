"""Runs training inside a SageMaker training job.

SageMaker starts `python -m training.container` with SM_CHANNEL_* (a folder for each data channel),
SM_HPS (the hyperparameters as JSON), SM_MODEL_DIR and SM_OUTPUT_FAILURE. The settings that differ
from the recipe are one hyperparameter: SageMaker makes a variable of the shell of each, and a name
such as `augmentation.noise` is none. The channels have the names of the data set's folders, so the
folder above them is the data set; one more has the model that a job starts from.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from training.__main__ import run
from training.data.manifest import FOLDER
from training.errors import TrainingError
from training.evaluation.test_figures import measure_test_figures

# The variable for the folder that SageMaker copies to S3 and restores after an interruption.
CHECKPOINTS = "XRAY_CHECKPOINTS"
CHANNELS = (FOLDER, "weights")
# The channel of the model that gives the first weights, for a job that starts from one.
FIRST_MODEL = "first_model"
_LEDGER = "ledger.csv"
RECIPE, SETTINGS = "recipe", "settings"

# Regular expressions by which SageMaker reads the metrics of an epoch from the job's log.
METRICS = {
    "loss": r"epoch \d+ loss ([0-9.e+-]+)",
    "validation_loss": r"validation_loss ([0-9.e+-]+)",
    "validation_auc": r"validation_auc ([0-9.e+-]+)",
    "learning_rate": r"learning_rate ([0-9.e+-]+)",
    "images_per_second": r"images_per_second ([0-9.e+-]+)",
}


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr and in the file that SageMaker shows."""
    environment = os.environ
    try:
        run(build_options(environment))
        _evaluate(environment)
    except TrainingError as error:
        print(error, file=sys.stderr)
        Path(environment["SM_OUTPUT_FAILURE"]).write_text(str(error))
        return 2
    return 0


def _evaluate(environment: Mapping[str, str]) -> None:
    """Evaluates the model on the test set, once: all about it is decided, and its approver sees it.

    The ledger lies beside the checkpoints, so that a job which is interrupted here and starts again
    reads the figures that it has measured.
    """
    measure_test_figures(
        Path(environment["SM_MODEL_DIR"]),
        data=_find_data(environment),
        ledger=Path(environment[CHECKPOINTS]) / _LEDGER,
    )


def _find_data(environment: Mapping[str, str]) -> Path:
    """The channels have the names of the data set's folders."""
    return Path(environment[f"SM_CHANNEL_{FOLDER.upper()}"]).parent


def build_options(environment: Mapping[str, str]) -> list[str]:
    """Returns the options of `python -m training` for the job's environment."""
    hyperparameters = json.loads(environment["SM_HPS"])
    settings = _parse_settings(hyperparameters.get(SETTINGS, "{}"))
    options = {
        "--recipe": hyperparameters[RECIPE],
        "--data": str(_find_data(environment)),
        "--out": environment["SM_MODEL_DIR"],
        # Checkpoints lie below the cache, in a folder for each set of settings.
        "--cache": environment[CHECKPOINTS],
    }
    if first_model := environment.get(f"SM_CHANNEL_{FIRST_MODEL.upper()}"):
        options["--warm-start"] = first_model
    changes = [("--set", f"{name}={text}") for name, text in settings.items()]
    return [word for pair in [*options.items(), *changes] for word in pair]


def build_hyperparameters(recipe: str, settings: Mapping[str, str]) -> dict[str, str]:
    """The hyperparameters of a job by which `build_options` finds recipe and settings."""
    return {RECIPE: recipe, SETTINGS: json.dumps(settings)}


def _parse_settings(value: str | dict[str, str]) -> dict[str, str]:
    """SageMaker hands JSON over as text, or parsed."""
    settings: dict[str, str] = json.loads(value) if isinstance(value, str) else value
    return settings


if __name__ == "__main__":
    sys.exit(main())
