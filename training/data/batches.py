"""The batches of an epoch: augmented, weighted, and in an order that follows from seed and epoch.

Each epoch has a fixed number of batches, so a run can be resumed in the middle of one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight

from training.data.augmentation import augment
from training.data.examples import Examples
from training.recipe import VIEWS, Recipe
from training.value_types import Weights

# The number of a batch in the run, and the arrays of which it is built.
BatchRows = tuple[int, tuple[NDArray[Any], ...]]


@dataclass(frozen=True, eq=False)
class Batches:
    """Batches over `examples` by the settings of `recipe`."""

    examples: Examples
    recipe: Recipe

    @property
    def weights(self) -> Weights:
        """(n,): the weight of each image in a loss; the mean is 1 and both classes sum alike."""
        labels = self.examples.labels
        class_weights = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)
        return np.asarray(self._importance * class_weights[labels])

    @property
    def _importance(self) -> Weights:
        """The examples' weights to the power that the recipe sets, with mean 1 in each class."""
        importance = self.examples.weights**self.recipe.acquisition_balance
        for label in (0, 1):
            members = self.examples.labels == label
            importance[members] /= importance[members].mean()
        return np.asarray(importance)

    @property
    def steps(self) -> int:
        """The number of batches in an epoch; the last batch may be smaller."""
        return -(-len(self._order(0)) // self.recipe.batch_size)

    def epoch(self, epoch: int, *, first: int = 0) -> tf.data.Dataset:
        """Yields (images, labels, weights) of each batch of `epoch`, from batch `first` on.

        Images are float32 (batch, size, size, 1), 0-255; labels and weights are (batch, 1).
        """
        order, weights = self._draw(epoch, first=first)
        return (
            tf.data.Dataset.from_tensor_slices((order, weights))
            .batch(self.recipe.batch_size)
            .enumerate(first)
            .map(
                lambda step, rows: self.build(step + epoch * self.steps, rows),
                num_parallel_calls=1,
                deterministic=True,
            )
            .prefetch(2)
        )

    def rows(self, epoch: int, *, first: int = 0) -> Iterator[BatchRows]:
        """Yields what `build` makes each batch of: its number in the run, and indices and weights
        of its images.
        """
        order, weights = self._draw(epoch, first=first)
        size, steps = self.recipe.batch_size, self.steps
        for step in range(first, steps):
            batch = slice((step - first) * size, (step - first + 1) * size)
            yield step + epoch * steps, (order[batch], weights[batch])

    def build(
        self, number: tf.Tensor, rows: tuple[tf.Tensor, tf.Tensor]
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Augments a batch, as `epoch` yields it, by tensors only; it can be part of a graph."""
        indices, weights = rows
        images, labels = self._tensors
        seed = tf.stack([self.recipe.seed, number])
        batch = tf.cast(tf.gather(images, indices), tf.float32)
        batch = augment(batch, self.recipe.augmentation, seed=seed)
        return batch, tf.gather(labels, indices)[:, tf.newaxis], weights[:, tf.newaxis]

    @cached_property
    def _tensors(self) -> tuple[tf.Tensor, tf.Tensor]:
        """Images and labels, on the GPU where there is one, also if a graph asks for them first."""
        with tf.init_scope():
            return tf.constant(self.examples.images), tf.constant(self.examples.labels)

    def _draw(self, epoch: int, *, first: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Returns indices and weights of the images of an epoch, from batch `first` on."""
        order = self._order(epoch)[first * self.recipe.batch_size :]
        by_draws = self.recipe.balance == "draws"
        weights = np.ones(len(order)) if by_draws else self.weights[order]
        return order, weights.astype(np.float32)

    def _order(self, epoch: int) -> NDArray[np.int64]:
        """Returns the indices of an epoch.

        With balance by draws, each class has as many as the rarer class, drawn with probabilities
        in proportion to their importance; with balance by weights, every index once. With a
        consistency loss half as many radiographs, each followed by its second view.
        """
        views = VIEWS if self.recipe.consistency else 1
        rng = np.random.default_rng([self.recipe.seed, epoch])
        labels = self.examples.labels
        if self.recipe.balance == "weights":
            return rng.permutation(len(labels))[: -(-len(labels) // views)].repeat(views)
        classes = [np.flatnonzero(labels == label) for label in (0, 1)]
        count = -(-min(map(len, classes)) // views)
        draws = [rng.choice(members, count, p=self._draw_odds(members)) for members in classes]
        return rng.permutation(np.concatenate(draws)).repeat(views)

    def _draw_odds(self, members: NDArray[np.int64]) -> Weights:
        importance = self._importance[members]
        return np.asarray(importance / importance.sum())
