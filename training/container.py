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
from training.log_metrics import MODEL_AUC
from training.model_auc import read_model_auc

# The variable for the folder that SageMaker copies to S3 and restores after an interruption.
CHECKPOINTS = "XRAY_CHECKPOINTS"
CHANNELS = (FOLDER, "weights")
# The channel of the model that gives the first weights, for a job that starts from one.
FIRST_MODEL = "first_model"
_LEDGER = "ledger.csv"
_ONLY_LEARN_OPTION = "--only-learn"
RECIPE, SETTINGS, ONLY_LEARN = "recipe", "settings", "only_learn"


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr and in the file that SageMaker shows."""
    environment = os.environ
    try:
        options = build_options(environment)
        run(options)
        # A trial of `training.tune` makes no model, and never sees a test film.
        if _ONLY_LEARN_OPTION not in options:
            _evaluate(environment)
    except TrainingError as error:
        print(error, file=sys.stderr)
        Path(environment["SM_OUTPUT_FAILURE"]).write_text(str(error))
        return 2
    return 0


def _evaluate(environment: Mapping[str, str]) -> None:
    """Evaluates the model on the test set, once: all about it is decided, and its approver sees it.

    Of children alone: jobs train no model for adults (`release.job_inputs`).

    The ledger lies beside the checkpoints, so that a job which is interrupted here and starts again
    reads the figures that it has measured.
    """
    model = Path(environment["SM_MODEL_DIR"])
    measure_test_figures(
        model, data=_find_data(environment), ledger=Path(environment[CHECKPOINTS]) / _LEDGER
    )
    print(MODEL_AUC, read_model_auc(model), flush=True)


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
    flags = [_ONLY_LEARN_OPTION] if ONLY_LEARN in hyperparameters else []
    return [*(word for pair in [*options.items(), *changes] for word in pair), *flags]


def build_hyperparameters(
    recipe: str, settings: Mapping[str, str], *, only_learn: bool = False
) -> dict[str, str]:
    """The hyperparameters of a job by which `build_options` finds recipe and settings.

    With `only_learn` the job ends after the training, without a model.
    """
    flags = {ONLY_LEARN: "true"} if only_learn else {}
    return {RECIPE: recipe, SETTINGS: json.dumps(settings), **flags}


def _parse_settings(value: str | dict[str, str]) -> dict[str, str]:
    """SageMaker hands JSON over as text, or parsed."""
    settings: dict[str, str] = json.loads(value) if isinstance(value, str) else value
    return settings


if __name__ == "__main__":
    sys.exit(main())
