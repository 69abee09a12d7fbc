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

    def __init__(self, *, weight: float, **options: Any) -> None:
        super().__init__(**options)
        self.weight = weight

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight": self.weight}

    def call(self, logits: Any, training: bool = False) -> Any:
        if training and self.weight:
            loss = keras.losses.huber(logits[0::VIEWS], logits[1::VIEWS], delta=_HUBER_DELTA)
            self.add_loss(self.weight * keras.ops.mean(loss))
        return logits
