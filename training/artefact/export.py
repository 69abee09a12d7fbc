"""Exports a network: a float32 SavedModel, and a LiteRT file with float16 weights."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from training.artefact.keras_model import write_architecture
from training.model.network import Network


def export_saved_model(network: Network, folder: Path, *, version: str) -> None:
    """Writes the endpoint's SavedModel.

    Input `pixels`, a string tensor (batch,) of 50,176 raw bytes each; outputs those of
    `NetworkOutputs` and `model_version`, batch first.
    """

    def serve(pixels: tf.Tensor) -> dict[str, tf.Tensor]:
        images = tf.io.decode_raw(pixels, tf.uint8)
        outputs = network(tf.reshape(images, [-1, INPUT_ROWS, INPUT_COLUMNS, 1]))
        return {**outputs.by_name, "model_version": tf.fill(tf.shape(pixels), version)}

    _save(network, serve, folder=folder, pixels=tf.TensorSpec([None], tf.string, name="pixels"))
    write_architecture(network, folder)


def export_litert(network: Network, path: Path) -> None:
    """Writes the CPU's LiteRT file, with LiteRT's builtin operations only.

    Input `pixels`, uint8 (1, 224, 224, 1); outputs those of `NetworkOutputs`.
    """
    pixels = tf.TensorSpec([1, INPUT_ROWS, INPUT_COLUMNS, 1], tf.uint8, name="pixels")
    names = _find_names(network)
    function = tf.function(lambda pixels: tuple(network(pixels).by_name.values()))
    # Constants instead of variables: the converter writes Keras 3 variables as empty resources.
    frozen = convert_variables_to_constants_v2(function.get_concrete_function(pixels))

    def serve(pixels: tf.Tensor) -> dict[str, tf.Tensor]:
        return dict(zip(names, frozen(pixels), strict=True))

    with tempfile.TemporaryDirectory() as folder:
        # By way of a SavedModel, because otherwise the outputs lose their names.
        _save(None, serve, folder=folder, pixels=pixels)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        path.write_bytes(converter.convert())


def _find_names(network: Network) -> list[str]:
    """Returns the names of the outputs that this network has."""
    pixels = tf.zeros([1, INPUT_ROWS, INPUT_COLUMNS, 1], tf.uint8)
    return list(network(pixels).by_name)


def _save(
    network: Network | None,
    serve: Callable[[tf.Tensor], dict[str, tf.Tensor]],
    *,
    folder: Path | str,
    pixels: tf.TensorSpec,
) -> None:
    module = tf.Module()
    if network is not None:
        # The weights are saved only if they can be reached from the module.
        module.layers = [network.backbone, *network.heads.by_name.values()]
    module.serve = tf.function(serve, input_signature=[pixels])
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})
