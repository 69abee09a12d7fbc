"""From labelled radiographs to a trained network: everything before export and calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import tensorflow as tf

from training.data.batches import Batches
from training.data.examples import Examples
from training.data.manifest import Radiograph
from training.data.split import DataSplit, split_by_patient
from training.fit import precision
from training.fit.checkpoint import Checkpoints, run_sha256, write_trained_weights
from training.fit.training_loop import TrainingLoop
from training.model.backbone import backbone_sha256, build_backbone
from training.model.consistency import Consistency
from training.model.head import build_head
from training.recipes import Recipe


@dataclass(frozen=True)
class RunFolders:
    """Where a run keeps what it goes on from, and what TensorBoard draws."""

    checkpoints: Path
    logs: Path


def run_folders(cache: Path, recipe: Recipe, checkpoints: Path | None = None) -> RunFolders:
    """The folders of a recipe's run; those of other numbers are apart."""
    name = f"{recipe.name}-{recipe.sha256[:8]}"
    return RunFolders(checkpoints or cache / "checkpoints" / name, cache / "tensorboard" / name)


def split_for_recipe(recipe: Recipe, radiographs: Sequence[Radiograph]) -> DataSplit:
    return split_by_patient(
        radiographs, share=recipe.validation_share, seed=recipe.seed, limit=recipe.limit
    )


def learn(
    recipe: Recipe, train: Examples, validation: Examples, *, data: Path, run: RunFolders
) -> Path:
    """Train, or go on, and return the file with the trained weights of `build_model`.

    Runs under TensorFlow and JAX alike. Raises CheckpointError, DivergedError, DataError.
    """
    seen = [*vars(train).values(), *vars(validation).values()]
    first = backbone_sha256(recipe, data)
    checkpoints = Checkpoints(run.checkpoints, run=run_sha256(recipe, seen, first=first))
    keras.utils.set_random_seed(recipe.seed)
    tf.config.experimental.enable_op_determinism()
    print(
        f"learning in {precision.set_fastest_precision()} with {keras.backend.backend()}",
        flush=True,
    )
    model = build_model(recipe, data)
    TrainingLoop(
        model,
        Batches(train, recipe),
        Batches(validation, recipe),
        recipe=recipe,
        checkpoints=checkpoints,
        logs=run.logs,
    ).run()
    keras.mixed_precision.set_global_policy("float32")
    return write_trained_weights(run.checkpoints, model.get_weights())


def build_model(recipe: Recipe, data: Path) -> keras.Model:
    """Pictures (batch, side, side, 1), float 0-255 -> logit (batch, 1), with first weights."""
    backbone = build_backbone(recipe, data)
    head = build_head(backbone.outputs[0].shape[-1], recipe)
    return joined(backbone, head, consistency=recipe.consistency)


def joined(backbone: keras.Model, head: keras.Model, *, consistency: float = 0.0) -> keras.Model:
    """Pictures -> logit, by way of the averages of the backbone's last maps."""
    pictures = keras.Input(backbone.input_shape[1:], name="pictures", dtype="float32")
    maps, *_ = keras.tree.flatten(backbone(pictures))
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(maps)
    told = Consistency(weight=consistency, name="consistency", dtype="float32")(head(pooled))
    return keras.Model(pictures, told, name="model")
