"""Where a model comes from: how it was trained, and how it was exported and calibrated."""

from typing import Any

from training.fit.environment import read_environment
from training.fit.train_network import TrainingRun


def describe_provenance(run: TrainingRun) -> dict[str, Any]:
    """Returns the card's section: the environments of the training, and that of this export.

    `warm_start` is the version of the model that gave the first weights, or None.
    """
    return {
        "warm_start": run.warm_start,
        "training": list(run.environments),
        "training_seconds": round(run.seconds),
        "export": read_environment(),
    }
