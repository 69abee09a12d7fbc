"""Reads the first weights of a run: of a model folder, or of a run that stopped before export."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from contracts.model_layout import CARD_FILE, SAVED_MODEL_FOLDER
from training.artefact.keras_model import read_keras_model
from training.fit.checkpoint import TRAINED_WEIGHTS, read_trained_weights
from training.model.trainable_model import build_model
from training.model.warm_start import WarmStart, WarmStartError
from training.recipe import Recipe


def read_warm_start(folder: Path, recipe: Recipe, data: Path) -> WarmStart:
    """Reads the model in `folder`, or the weights there of a run with `--only-learn`.

    `recipe` is that of the run that starts; the weights are of the same layers, without the heads
    that only a recipe with adults has. Raises WarmStartError.
    """
    if (folder / TRAINED_WEIGHTS).is_file():
        return _read_weights(folder / TRAINED_WEIGHTS, recipe, data)
    try:
        card = json.loads((folder / CARD_FILE).read_text())
        model = read_keras_model(folder / SAVED_MODEL_FOLDER)
    except (OSError, ValueError, KeyError) as error:
        raise WarmStartError(f"{folder} has no model to start from: {error}") from error
    return WarmStart(card["model_version"], model)


def _read_weights(path: Path, recipe: Recipe, data: Path) -> WarmStart:
    """A model that was never exported has no version, so the hash of its weights stands for it."""
    weights = read_trained_weights(path)
    model = build_model(replace(recipe, adults=False, frozen_head=False), data)
    try:
        model.set_weights(weights)
    except ValueError as error:
        raise WarmStartError(
            f"{path} cannot be the start: its layers differ from those of the recipe "
            f"{recipe.name}. Take a run of the same backbone and image_size, without adults."
        ) from error
    digest = hashlib.sha256()
    for array in weights:
        digest.update(np.ascontiguousarray(array).tobytes())
    return WarmStart(f"weights-{digest.hexdigest()[:8]}", model)
