"""What two views of one radiograph cost for being told apart."""

from typing import Any

import keras

from training.recipes import VIEWS

# Logits further apart than this pull with one strength: one film varied beyond reading does not
# outweigh the rest.
_FAR = 4.0


@keras.saving.register_keras_serializable("training")
class Consistency(keras.layers.Layer):  # type: ignore[misc]
    """Passes logits on (batch, 1); in training, neighbours add to the loss by what they differ.

    A network that reads how a radiograph was acquired answers its views, which augmentation makes
    as if acquired differently, with different logits; labels alone do not punish that.
    """

    def __init__(self, *, weight: float, **options: Any) -> None:
        super().__init__(**options)
        self.weight = weight

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight": self.weight}

    def call(self, logits: Any, training: bool = False) -> Any:
        if training and self.weight:
            apart = keras.losses.huber(logits[0::VIEWS], logits[1::VIEWS], delta=_FAR)
            self.add_loss(self.weight * keras.ops.mean(apart))
        return logits
