"""From labelled radiographs to a trained network: everything before export and calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from rich.progress import track

from contracts.endpoint import INPUT_ROWS
from training import precision
from training.backbone import build_backbone
from training.batches import Batches, Pictures
from training.checkpoint import Checkpoints, run_of, save_trained
from training.data import Radiograph, labels, load_pixels
from training.fit import Fit
from training.head import at_prevalence_of, build_head
from training.recipes import Recipe
from training.split import Parts, split_by_patient


@dataclass(frozen=True)
class Run:
    """Where a run keeps what it goes on from, and what TensorBoard draws."""

    checkpoints: Path
    logs: Path


def run_in(cache: Path, recipe: Recipe, checkpoints: Path | None = None) -> Run:
    """The folders of a recipe's run; those of other numbers are apart."""
    name = f"{recipe.name}-{recipe.sha256[:8]}"
    return Run(checkpoints or cache / "checkpoints" / name, cache / "tensorboard" / name)


def split_by(recipe: Recipe, radiographs: Sequence[Radiograph]) -> Parts:
    return split_by_patient(
        radiographs, share=recipe.validation_share, seed=recipe.seed, limit=recipe.limit
    )


def learn(recipe: Recipe, parts: Parts, *, data: Path, run: Run) -> Path:
    """Train, or go on, and return the file with the trained weights of `build_model`.

    Runs under TensorFlow and JAX alike. Raises CheckpointError, DivergedError, DataError.
    """
    train, validation = (
        Batches(load_pictures(part, recipe.side), labels(part), recipe)
        for part in (parts.train, parts.validation)
    )
    seen: list[NDArray[np.generic]] = [
        train.pictures,
        train.labels,
        validation.pictures,
        validation.labels,
    ]
    checkpoints = Checkpoints(run.checkpoints, run=run_of(recipe, seen))
    keras.utils.set_random_seed(recipe.seed)
    tf.config.experimental.enable_op_determinism()
    print(f"learning in {precision.use_fastest()} with {keras.backend.backend()}", flush=True)
    model = build_model(recipe, data)
    Fit(model, train, validation, recipe=recipe, checkpoints=checkpoints, logs=run.logs).run()
    at_prevalence_of(model.get_layer("head"), train.labels)
    keras.mixed_precision.set_global_policy("float32")
    return save_trained(run.checkpoints, model.get_weights())


def build_model(recipe: Recipe, data: Path) -> keras.Model:
    """Pictures (batch, side, side, 1), float 0-255 -> logit (batch, 1), with first weights."""
    backbone = build_backbone(recipe, data)
    head = build_head(backbone.output_shape[-1], recipe)
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(backbone.output)
    return keras.Model(backbone.input, head(pooled), name="model")


def load_pictures(radiographs: Sequence[Radiograph], side: int) -> Pictures:
    """What the network sees of each: (n, side, side, 1), float16, which holds means of whole
    numbers exactly."""
    factor = INPUT_ROWS // side
    pictures = np.empty((len(radiographs), side, side, 1), np.float16)
    for index, radiograph in enumerate(track(radiographs, description="radiographs")):
        squares = load_pixels(radiograph).reshape(side, factor, side, factor, 1)
        pictures[index] = squares.mean(axis=(1, 3))
    return pictures
