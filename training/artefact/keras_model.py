"""Reads the Keras model of a trained model folder back, to inspect it or to train it further."""

import json
from pathlib import Path

import keras
import tensorflow as tf

from training.model.network import Network
from training.model.trainable_model import Heads, connect

# TensorFlow Serving ignores files in this folder.
ARCHITECTURE = Path("assets.extra") / "keras.json"

_VARIABLES = Path("variables") / "variables"


def write_architecture(network: Network, folder: Path) -> None:
    """Writes the layers of backbone and heads beside the weights of the SavedModel in `folder`."""
    path = folder / ARCHITECTURE
    path.parent.mkdir()
    models = {"backbone": network.backbone, **network.heads.by_name}
    path.write_text(json.dumps({name: model.to_json() for name, model in models.items()}))


def read_keras_model(folder: Path) -> keras.Model:
    """Returns the model of the SavedModel in `folder`, as `build_model` builds it.

    Images (batch, size, size, 1), float 0-255. Needs no data set.
    """
    architecture = json.loads((folder / ARCHITECTURE).read_text())
    models = {name: keras.models.model_from_json(layers) for name, layers in architecture.items()}
    restored = tf.train.Checkpoint(layers=list(models.values())).read(str(folder / _VARIABLES))
    restored.assert_existing_objects_matched().expect_partial()
    backbone, head = models.pop("backbone"), models.pop("head")
    return connect(backbone, Heads(head, **models))
