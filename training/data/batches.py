"""What a training run sees: every epoch's batches, augmented, weighted, finite and in an order
that follows from the seed and the epoch alone."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight

from training.data.augmentation import augment
from training.data.examples import Examples
from training.fit.calibration import Weights
from training.recipes import VIEWS, Recipe


@dataclass(frozen=True, eq=False)
class Batches:
    """Over `part`, by the numbers of `recipe`."""

    part: Examples
    recipe: Recipe

    @property
    def weights(self) -> Weights:
        """(n,): what each picture counts in a loss, 1 on average and the same for both classes in
        sum."""
        labels = self.part.labels
        balance = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)
        return np.asarray(self._importance * balance[labels])

    @property
    def _importance(self) -> Weights:
        """The part's weights, as far as the recipe goes with them; 1 on average in each class."""
        importance = self.part.weights**self.recipe.acquisition_balance
        for label in (0, 1):
            importance[self.part.labels == label] /= importance[self.part.labels == label].mean()
        return np.asarray(importance)

    @property
    def steps(self) -> int:
        """Batches of an epoch; the last may be smaller."""
        return -(-len(self._order(0)) // self.recipe.batch_size)

    def epoch(self, epoch: int, *, first: int = 0) -> tf.data.Dataset:
        """(pictures, labels, weights) of each batch of `epoch` from batch `first` on.

        Pictures float32 (batch, side, side, 1) of 0-255; labels and weights (batch, 1).
        """
        size = self.recipe.batch_size
        order = self._order(epoch)[first * size :]
        by_draws = self.recipe.balance == "draws"
        pictures, labels = tf.constant(self.part.pictures), tf.constant(self.part.labels)
        counts = np.ones(len(order)) if by_draws else self.weights[order]

        def batch(
            step: tf.Tensor, chosen: tf.Tensor, weights: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            seed = tf.stack([self.recipe.seed, step + epoch * self.steps])
            seen = tf.cast(tf.gather(pictures, chosen), tf.float32)
            seen = augment(seen, self.recipe.augmentation, seed=seed)
            return seen, tf.gather(labels, chosen)[:, tf.newaxis], weights[:, tf.newaxis]

        return (
            tf.data.Dataset.from_tensor_slices((order, counts.astype(np.float32)))
            .batch(size)
            .enumerate(first)
            .map(lambda step, rows: batch(step, *rows), num_parallel_calls=1, deterministic=True)
            .prefetch(2)
        )

    def _order(self, epoch: int) -> NDArray[np.int64]:
        """The indices of an epoch. By draws, as many of either class as the rarer has, each as
        likely as it counts; by weights, all of them once. Where views are to agree, half as many
        radiographs, each with its other view behind it.
        """
        views = VIEWS if self.recipe.consistency else 1
        rng = np.random.default_rng([self.recipe.seed, epoch])
        labels = self.part.labels
        if self.recipe.balance == "weights":
            return rng.permutation(len(labels))[: -(-len(labels) // views)].repeat(views)
        classes = [np.flatnonzero(labels == label) for label in (0, 1)]
        fewest = -(-min(map(len, classes)) // views)
        drawn = [rng.choice(members, fewest, p=self._chances(members)) for members in classes]
        return rng.permutation(np.concatenate(drawn)).repeat(views)

    def _chances(self, members: NDArray[np.int64]) -> Weights:
        importance = self._importance[members]
        return np.asarray(importance / importance.sum())
