"""Fits the last layer alone, exactly: a logistic regression on the features of a frozen backbone.

The loss is convex, so it has one minimum and needs neither a learning rate nor checkpoints: a few
hundred films take seconds once their features are kept.
"""

import math
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.data.batches import Batches
from training.errors import TrainingError
from training.fit.kept_features import Features, FeatureStore, augment_images
from training.fit.learning_set import LearningSet
from training.recipe import Recipe
from training.value_types import Labels, Weights

_MAX_STEPS = 2000


@dataclass(frozen=True, eq=False)
class Layer:
    """A logit is `weights` (channels,) times the features, plus `bias`."""

    weights: NDArray[np.float64]
    bias: float

    def logits(self, features: Features) -> NDArray[np.float64]:
        return np.asarray(features @ self.weights + self.bias)


def fit_head(
    recipe: Recipe,
    learning_set: LearningSet,
    model: keras.Model,
    features: FeatureStore,
    *,
    is_first: bool,
) -> dict[str, float]:
    """Replaces the weights of the model's last layer; returns the figures of the fit.

    It learns from `recipe.epochs` views of each film: as it is, and augmented ones. `is_first`: the
    layer's own weights are random, and the penalty draws towards zero in place of them. Raises
    TrainingError where the fit does not end.
    """
    batches = learning_set.batches
    assert isinstance(batches, Batches)  # Those of a recipe without adults.
    images = batches.examples.images
    views = [images] + [
        augment_images(images, recipe, view=view) for view in range(1, recipe.epochs)
    ]
    train = np.concatenate([features.read(view) for view in views])
    labels = np.tile(batches.examples.labels, recipe.epochs)
    weights = np.tile(batches.weights, recipe.epochs)
    output = model.get_layer("head").get_layer("logit")
    kernel, bias = output.get_weights()
    first = (
        Layer(np.zeros(len(kernel)), 0.0)
        if is_first
        else Layer(kernel[:, 0].astype(np.float64), float(bias[0]))
    )
    layer = fit_layer(train, labels, weights, first=first, penalty=recipe.weight_decay)
    output.set_weights(
        [layer.weights[:, np.newaxis].astype(np.float32), np.array([layer.bias], np.float32)]
    )
    held_out = learning_set.validation
    logits = layer.logits(features.read(held_out.images)).astype(np.float32)
    return {
        "loss": float(np.average(_losses(layer.logits(train), labels), weights=weights)),
        "validation_loss": held_out.loss(logits),
        "validation_auc": held_out.auc(logits),
    }


def fit_layer(
    features: Features, labels: Labels, weights: Weights, *, first: Layer, penalty: float
) -> Layer:
    """The layer with the smallest weighted mean log loss plus half the penalty times the squared
    distance from `first`, both measured on features with a standard deviation of 1.

    Raises TrainingError where the search does not end.
    """
    mean = np.average(features, axis=0, weights=weights)
    deviation = np.sqrt(np.average((features - mean) ** 2, axis=0, weights=weights)) + 1e-6
    scaled = (features - mean) / deviation
    shares = weights / weights.sum()
    start = first.weights * deviation

    def measure(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = scaled @ parameters[:-1] + parameters[-1]
        distance = parameters[:-1] - start
        loss = shares @ _losses(logits, labels) + penalty / 2 * distance @ distance
        slope = shares * (1 / (1 + np.exp(-logits)) - labels)
        return float(loss), np.append(scaled.T @ slope + penalty * distance, slope.sum())

    initial = np.append(start, first.bias + first.weights @ mean)
    result = minimize(
        measure, initial, jac=True, method="L-BFGS-B", options={"maxiter": _MAX_STEPS}
    )
    if not (result.success and math.isfinite(result.fun)):
        raise TrainingError(
            f"The head was not fitted in {_MAX_STEPS} steps. Take a larger weight_decay."
        )
    kernel = result.x[:-1] / deviation
    return Layer(kernel, float(result.x[-1] - kernel @ mean))


def _losses(logits: NDArray[np.float64], labels: Labels) -> NDArray[np.float64]:
    return np.asarray(np.logaddexp(0, logits) - labels * logits)
