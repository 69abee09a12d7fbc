"""Trains the network of a recipe and writes its weights; runs under TensorFlow and under JAX."""

import time
from dataclasses import dataclass
from pathlib import Path

import keras
import tensorflow as tf

from training.fit.checkpoint import Checkpoints, Progress, run_sha256, write_trained_weights
from training.fit.environment import Environment, read_environment
from training.fit.epoch_log import EpochLog, format_figure
from training.fit.head_fit import fit_head
from training.fit.kept_features import FeatureStore
from training.fit.learning_set import LearningSet
from training.fit.precision import set_fastest_precision
from training.fit.training_loop import TrainingLoop
from training.log_metrics import BEST_LOSS
from training.model.backbone import backbone_sha256
from training.model.trainable_model import build_model
from training.model.warm_start import WarmStart, WarmStartError, copy_weights
from training.recipe import Recipe


@dataclass(frozen=True)
class RunFolders:
    """The folders of a run's checkpoints, of its TensorBoard logs and of features that are kept."""

    checkpoints: Path
    logs: Path
    features: Path


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """The file with the trained weights, and how long the training took in which environments.

    `warm_start` is the version of the model that gave the first weights. `history` has the figures
    of each epoch.
    """

    weights: Path
    seconds: float
    environments: tuple[Environment, ...]
    warm_start: str | None
    history: tuple[dict[str, float], ...]


def run_folders(cache: Path, recipe: Recipe, checkpoints: Path | None = None) -> RunFolders:
    """Returns the folders of a recipe's run; another setting gives other folders."""
    name = f"{recipe.name}-{recipe.sha256[:8]}"
    return RunFolders(
        checkpoints or cache / "checkpoints" / name,
        cache / "tensorboard" / name,
        cache / "features",
    )


def train_network(
    recipe: Recipe,
    learning_set: LearningSet,
    *,
    data: Path,
    folders: RunFolders,
    warm_start: WarmStart | None = None,
    is_compiled: bool = False,
) -> TrainingRun:
    """Trains from the start or a checkpoint; the start is `warm_start` or the recipe's backbone.

    `is_compiled` is for the TensorFlow backend (`training.fit.compiled_step`).
    Raises CheckpointError, DivergedError, MemoryExhaustedError, DataError and WarmStartError.
    """
    if recipe.frozen_head and not warm_start:
        raise WarmStartError(
            f"The recipe {recipe.name} keeps the answers of an earlier model. Name its folder by "
            "--warm-start."
        )
    first_weights = warm_start.version if warm_start else backbone_sha256(recipe, data)
    run = run_sha256(recipe, learning_set.arrays, first_weights=first_weights)
    keras.utils.set_random_seed(recipe.seed)
    tf.config.experimental.enable_op_determinism()
    print(f"learning in {set_fastest_precision()} with {keras.backend.backend()}", flush=True)
    model = build_model(recipe, data, first_model=warm_start.model if warm_start else None)
    if warm_start:
        copy_weights(warm_start, model)
    if recipe.schedule == "exact":
        progress = _fit_head(recipe, learning_set, model, folders, is_first=warm_start is None)
    else:
        progress = TrainingLoop(
            model,
            learning_set.batches,
            learning_set.validation,
            recipe=recipe,
            checkpoints=Checkpoints(folders.checkpoints, run=run),
            logs=folders.logs,
            is_compiled=is_compiled,
        ).run()
    keras.mixed_precision.set_global_policy("float32")
    print(BEST_LOSS, format_figure(BEST_LOSS, progress.best_loss), flush=True)
    return TrainingRun(
        weights=write_trained_weights(folders.checkpoints, model.get_weights()),
        seconds=progress.seconds,
        environments=tuple(progress.environments),
        warm_start=warm_start.version if warm_start else None,
        history=tuple(progress.history),
    )


def _fit_head(
    recipe: Recipe,
    learning_set: LearningSet,
    model: keras.Model,
    folders: RunFolders,
    *,
    is_first: bool,
) -> Progress:
    start = time.monotonic()
    features = FeatureStore(model, folders.features)
    figures = fit_head(recipe, learning_set, model, features, is_first=is_first)
    EpochLog(folders.logs).write(0, figures)
    return Progress(
        epoch=1,
        best_loss=figures["validation_loss"],
        history=[figures],
        is_over=True,
        seconds=time.monotonic() - start,
        environments=[read_environment()],
    )
