"""Registers the model of a training job, inside a SageMaker job: the last step of a pipeline.

SageMaker starts `python -m release.container` with SM_HPS (the hyperparameters as JSON) and
SM_OUTPUT_FAILURE.
"""

import json
import os
import sys
from pathlib import Path

from release.registration import register_job
from release.stage_account import find_stage
from training.errors import TrainingError

STAGE, REGION, JOB = "stage", "region", "job"


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr and in the file that SageMaker shows."""
    environment = os.environ
    hyperparameters = json.loads(environment["SM_HPS"])
    try:
        account = find_stage(hyperparameters[STAGE], region=hyperparameters[REGION])
        register_job(account, hyperparameters[JOB])
    except TrainingError as error:
        print(error, file=sys.stderr)
        Path(environment["SM_OUTPUT_FAILURE"]).write_text(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
