"""A weights file in the layout that Keras publishes becomes the backbone's file.

The published file cannot be had here, so the weights are drawn.
"""

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from tests.training.sources.preparation import run_prepare
from training.data.manifest import DataError
from training.model.backbone import IMAGENET_MEAN, IMAGENET_STD, build_backbone
from training.recipes import DEFAULT
from training.sources.download import file_sha256
from training.sources.errors import SourceError


def _write_weights(path: Path, network: keras.Model) -> Path:
    """Writes the older HDF5 layout of Keras, which the published file has: a group for each layer,
    and attributes that name layers and weights in their order.
    """
    with h5py.File(path, "w") as content:
        content.attrs["layer_names"] = [layer.name.encode() for layer in network.layers]
        for layer in network.layers:
            group = content.create_group(layer.name)
            names = [weight.path.encode() for weight in layer.weights]
            group.attrs["weight_names"] = names
            for name, value in zip(names, layer.get_weights(), strict=True):
                group[name] = value
    return path


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(1)
    return keras.applications.ResNet50V2(include_top=False, weights=None, input_shape=(224, 224, 3))


@pytest.fixture(scope="module")
def file(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write_weights(tmp_path_factory.mktemp("keras") / "weights.h5", network)


# Keras converts its own variables so when it saves a model.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_the_stages_answer_as_the_network_of_keras(
    network: keras.Model, file: Path, tmp_path: Path
) -> None:
    run_prepare("weights", "--keras-file", file, "--sha256", file_sha256(file), "--out", tmp_path)
    stages = keras.models.load_model(tmp_path / str(DEFAULT.backbone), compile=False)
    pixels = np.random.default_rng(0).uniform(0, 255, (1, 224, 224, 3)).astype(np.float32)
    standardised = (pixels / 255 - IMAGENET_MEAN) / IMAGENET_STD
    layer = network.get_layer("conv4_block6_preact_relu")
    expected = keras.Model(network.input, layer.output)(
        keras.applications.resnet_v2.preprocess_input(pixels.copy()), training=False
    )
    assert expected.shape == (1, 14, 14, 1024)
    np.testing.assert_allclose(stages(standardised, training=False), expected, atol=1e-4)
    maps = [output.shape[1:] for output in build_backbone(DEFAULT, tmp_path).outputs]
    assert maps == [(7, 7, 1024), (28, 28, 256), (14, 14, 512)]


def test_a_file_with_another_hash_is_not_used(file: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not the file that Keras publishes: its MD5 is"):
        run_prepare("weights", "--keras-file", file, "--out", tmp_path)
    with pytest.raises(SourceError, match="is not the file that was published: its SHA-256"):
        run_prepare("weights", "--keras-file", file, "--sha256", "0" * 64, "--out", tmp_path)
    with pytest.raises(SourceError, match="nowhere is not there"):
        run_prepare("weights", "--keras-file", "nowhere", "--out", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    small = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    path = _write_weights(tmp_path / "weights.h5", small)
    options = ("--keras-file", path, "--sha256", file_sha256(path), "--out", tmp_path / "data")
    with pytest.raises(DataError, match="has no weights of ResNet-50 V2"):
        run_prepare("weights", *options)
