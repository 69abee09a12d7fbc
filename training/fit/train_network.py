"""Trains the network of a recipe and writes its weights; runs under TensorFlow and under JAX."""

from dataclasses import dataclass
from pathlib import Path

import keras
import tensorflow as tf

from training.data.batches import Batches
from training.data.examples import Examples
from training.fit.checkpoint import Checkpoints, run_sha256, write_trained_weights
from training.fit.precision import set_fastest_precision
from training.fit.training_loop import TrainingLoop
from training.model.backbone import backbone_sha256
from training.model.trainable_model import build_model
from training.recipe import Recipe


@dataclass(frozen=True)
class RunFolders:
    """The folders of a run's checkpoints and of its TensorBoard logs."""

    checkpoints: Path
    logs: Path


def run_folders(cache: Path, recipe: Recipe, checkpoints: Path | None = None) -> RunFolders:
    """Returns the folders of a recipe's run; another setting gives other folders."""
    name = f"{recipe.name}-{recipe.sha256[:8]}"
    return RunFolders(checkpoints or cache / "checkpoints" / name, cache / "tensorboard" / name)


def train_network(
    recipe: Recipe, train: Examples, validation: Examples, *, data: Path, folders: RunFolders
) -> Path:
    """Trains from the start or a checkpoint, and returns the file with the trained weights.

    Raises CheckpointError, DivergedError and DataError.
    """
    arrays = [*vars(train).values(), *vars(validation).values()]
    run = run_sha256(recipe, arrays, first_weights=backbone_sha256(recipe, data))
    checkpoints = Checkpoints(folders.checkpoints, run=run)
    keras.utils.set_random_seed(recipe.seed)
    tf.config.experimental.enable_op_determinism()
    print(f"learning in {set_fastest_precision()} with {keras.backend.backend()}", flush=True)
    model = build_model(recipe, data)
    TrainingLoop(
        model,
        Batches(train, recipe),
        Batches(validation, recipe),
        recipe=recipe,
        checkpoints=checkpoints,
        logs=folders.logs,
    ).run()
    keras.mixed_precision.set_global_policy("float32")
    return write_trained_weights(folders.checkpoints, model.get_weights())
