"""The losses of the outputs of a recipe's model."""

from typing import Any

import keras

from training.fit.map_loss import MapLoss
from training.recipe import Recipe


def build_losses(recipe: Recipe) -> dict[str, Any]:
    """Returns the losses of the model's outputs, and their weights."""
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    if not recipe.adults:
        return {"loss": cross_entropy}
    return {
        "loss": {"logit": cross_entropy, "adult": cross_entropy, "cells": MapLoss()},
        "loss_weights": {
            "logit": 0.0 if recipe.frozen_head else 1.0,
            "adult": recipe.population_weight,
            "cells": recipe.map_weight,
        },
    }
