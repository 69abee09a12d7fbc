"""The two artefacts of a network: a float32 SavedModel and a LiteRT file with float16 weights."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from training.artefact.keras_model import write_architecture
from training.model.network import Network, NetworkOutputs


def export_saved_model(network: Network, folder: Path, *, version: str) -> None:
    """Write the endpoint's artefact: `pixels`, a string tensor (batch,) of 50,176 raw bytes each,
    to `logit`, `typicality`, `doubts`, `attention` and `model_version`, batch first."""

    def serve(pixels: tf.Tensor) -> dict[str, tf.Tensor]:
        decoded = tf.io.decode_raw(pixels, tf.uint8)
        answers = network(tf.reshape(decoded, [-1, INPUT_ROWS, INPUT_COLUMNS, 1]))
        return {**vars(answers), "model_version": tf.fill(tf.shape(pixels), version)}

    _save(network, serve, folder=folder, pixels=tf.TensorSpec([None], tf.string, name="pixels"))
    write_architecture(network, folder)


def export_litert(network: Network, path: Path) -> None:
    """Write the CPU's artefact: uint8 `pixels` (1, 224, 224, 1) to `logit`, `typicality`,
    `doubts` and `attention`, with LiteRT's builtin operations only."""
    pixels = tf.TensorSpec([1, INPUT_ROWS, INPUT_COLUMNS, 1], tf.uint8, name="pixels")
    screen = tf.function(lambda pixels: tuple(vars(network(pixels)).values()))
    # Keras 3 variables reach the converter as resources that it writes out empty: freeze first.
    frozen = convert_variables_to_constants_v2(screen.get_concrete_function(pixels))
    with tempfile.TemporaryDirectory() as folder:
        # Through a SavedModel, because only so the outputs keep their names.
        _save(
            None, lambda pixels: vars(NetworkOutputs(*frozen(pixels))), folder=folder, pixels=pixels
        )
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        path.write_bytes(converter.convert())


def _save(
    network: Network | None,
    serve: Callable[[tf.Tensor], dict[str, tf.Tensor]],
    *,
    folder: Path | str,
    pixels: tf.TensorSpec,
) -> None:
    module = tf.Module()
    if network is not None:
        # Weights are saved only where the module can find them.
        module.layers = [network.backbone, network.head]
    module.serve = tf.function(serve, input_signature=[pixels])
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})
