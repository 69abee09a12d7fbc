"""Consistency loss between two augmented views of one radiograph."""

from typing import Any

import keras

from training.recipe import VIEWS

# The Huber loss is linear beyond this difference of logits: a radiograph that augmentation has made
# unreadable does not outweigh the rest.
_HUBER_DELTA = 4.0


@keras.saving.register_keras_serializable("training", name="Consistency")
class ConsistencyLoss(keras.layers.Layer):  # type: ignore[misc]
    """Returns logits (batch, 1) unchanged; in training, adds a loss on neighbours that differ.

    Augmentation makes two views of a radiograph look like two acquisitions. A network that has
    learned the acquisition gives them different logits, which the labels alone do not punish.
    """

    def __init__(self, *, weight: float, pairs: int | None = None, **options: Any) -> None:
        """`pairs` is the number of pairs that a batch starts with; None: all are pairs."""
        super().__init__(**options)
        self.weight, self.pairs = weight, pairs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight": self.weight, "pairs": self.pairs}

    def call(self, logits: Any, training: bool = False) -> Any:
        if training and self.weight:
            paired = logits if self.pairs is None else logits[: VIEWS * self.pairs]
            loss = keras.losses.huber(paired[0::VIEWS], paired[1::VIEWS], delta=_HUBER_DELTA)
            self.add_loss(self.weight * keras.ops.mean(loss))
        return logits
