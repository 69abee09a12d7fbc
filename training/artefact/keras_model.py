"""The Keras model of a released SavedModel: to look into it, or to learn on from it."""

import json
from pathlib import Path

import keras
import tensorflow as tf

from training.fit.train_network import joined
from training.model.network import Network

# TensorFlow Serving leaves what lies here alone.
ARCHITECTURE = Path("assets.extra") / "keras.json"

_VARIABLES = Path("variables") / "variables"


def write_architecture(network: Network, folder: Path) -> None:
    """Beside the weights of the SavedModel in `folder`."""
    path = folder / ARCHITECTURE
    path.parent.mkdir()
    parts = {"backbone": network.backbone, "head": network.head}
    path.write_text(json.dumps({name: part.to_json() for name, part in parts.items()}))


def read_keras_model(folder: Path) -> keras.Model:
    """Pictures (batch, side, side, 1), float 0-255 -> logit (batch, 1), as `build_model` gives it;
    of the SavedModel in `folder`, without the data that it was learnt from.
    """
    said = json.loads((folder / ARCHITECTURE).read_text())
    backbone, head = (keras.models.model_from_json(said[name]) for name in ("backbone", "head"))
    restored = tf.train.Checkpoint(layers=[backbone, head]).read(str(folder / _VARIABLES))
    restored.assert_existing_objects_matched().expect_partial()
    return joined(backbone, head)
