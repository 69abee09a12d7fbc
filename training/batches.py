"""What a training run sees: every epoch's batches, augmented, weighted, finite and in an order
that follows from the seed and the epoch alone."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight

from training.augmentation import augment
from training.calibration import Labels
from training.recipes import Recipe

# Grey, 0-255: (n, side, side, 1).
Pictures = NDArray[np.float16]


@dataclass(frozen=True, eq=False)
class Batches:
    """Over `pictures` (n, side, side, 1) and their `labels` (n,)."""

    pictures: Pictures
    labels: Labels
    recipe: Recipe

    @property
    def weights(self) -> NDArray[np.float32]:
        """Of each picture in the loss: both classes count the same in sum, and 1 on average."""
        if self.recipe.balance == "draws":
            return np.ones(len(self.labels), np.float32)
        balance = compute_class_weight("balanced", classes=np.array([0, 1]), y=self.labels)
        return np.asarray(balance[self.labels], np.float32)

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
        pictures, labels, weights = map(tf.constant, (self.pictures, self.labels, self.weights))

        def batch(step: tf.Tensor, chosen: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            seed = tf.stack([self.recipe.seed, step + epoch * self.steps])
            seen = augment(
                tf.cast(tf.gather(pictures, chosen), tf.float32),
                self.recipe.augmentation,
                seed=seed,
            )
            return seen, tf.gather(labels, chosen)[:, None], tf.gather(weights, chosen)[:, None]

        return (
            tf.data.Dataset.from_tensor_slices(order)
            .batch(size)
            .enumerate(first)
            .map(batch, num_parallel_calls=1, deterministic=True)
            .prefetch(2)
        )

    def _order(self, epoch: int) -> NDArray[np.int64]:
        """The indices of an epoch; by draws, as many of either class as the rarer has."""
        rng = np.random.default_rng([self.recipe.seed, epoch])
        if self.recipe.balance == "weights":
            return rng.permutation(len(self.labels))
        classes = [np.flatnonzero(self.labels == label) for label in (0, 1)]
        fewest = min(map(len, classes))
        drawn = [rng.choice(members, fewest, replace=False) for members in classes]
        return rng.permutation(np.concatenate(drawn))
