"""First weights from a model that was trained before."""

from dataclasses import dataclass

import keras

from training.errors import TrainingError
from training.model.trainable_model import read_heads


class WarmStartError(TrainingError):
    """The earlier model cannot give this run its first weights; the message says why."""


@dataclass(frozen=True, eq=False)
class WarmStart:
    """An earlier model, as `build_model` builds it, and its version."""

    version: str
    model: keras.Model


def copy_weights(start: WarmStart, model: keras.Model) -> None:
    """Copies the backbone and the heads that both models have.

    Raises WarmStartError if the recipes' layers differ.
    """
    pairs = [(start.model.get_layer("backbone"), model.get_layer("backbone"))]
    heads = read_heads(model).by_name
    pairs += [
        (head, heads[name])
        for name, head in read_heads(start.model).by_name.items()
        if name in heads
    ]
    for source, target in pairs:
        shapes = [[weight.shape for weight in each.weights] for each in (source, target)]
        if shapes[0] != shapes[1] or source.input_shape != target.input_shape:
            raise WarmStartError(
                f"{start.version} cannot be the start: the layers of its {source.name} differ "
                "from those of this recipe. Take a model of the same backbone and image_size."
            )
        target.set_weights(source.get_weights())
