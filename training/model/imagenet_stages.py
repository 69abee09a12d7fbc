"""Builds the backbone's stages from the ImageNet weights of ResNet-50 V2 that Keras publishes."""

from pathlib import Path

import keras

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from training.data.manifest import DataError
from training.model.backbone import EARLY_OUTPUTS, IMAGENET_MEAN, IMAGENET_STD

# Keras's network downscales in the last unit of a stage and not in the next stage, so the maps that
# the backbone needs come one unit earlier: 56 x 56 x 256, 28 x 28 x 512 and 14 x 14 x 1024.
_EARLY_LAYERS = ("conv2_block2_out", "conv3_block3_out")
_LAST_LAYER = "conv4_block6_preact_relu"


def build_imagenet_stages(weights: Path) -> keras.Model:
    """Builds images (224, 224, 3), standardised by ImageNet's statistics, to maps (14, 14, 1024).

    `weights` is the file without the classifier. Raises DataError if it holds another network.
    """
    images = keras.Input((INPUT_ROWS, INPUT_COLUMNS, 3), name="standardised")
    # Keras trained on pixels from -1 to 1.
    pixels = keras.layers.Rescaling(
        scale=[2 * std for std in IMAGENET_STD],
        offset=[2 * mean - 1 for mean in IMAGENET_MEAN],
        name="minus_one_to_one",
    )(images)
    try:
        network = keras.applications.ResNet50V2(
            include_top=False, weights=str(weights), input_tensor=pixels
        )
    except (ValueError, OSError, KeyError) as error:
        raise DataError(f"{weights} has no weights of ResNet-50 V2: {error}") from error
    stages = keras.Model(images, network.get_layer(_LAST_LAYER).output)
    names = dict(zip(_EARLY_LAYERS, EARLY_OUTPUTS, strict=True))

    def clone(layer: keras.Layer) -> keras.Layer:
        config = layer.get_config()
        return layer.__class__.from_config({**config, "name": names.get(layer.name, layer.name)})

    # Under the names by which `build_backbone` finds the maps of the earlier stages.
    renamed = keras.models.clone_model(stages, clone_function=clone)
    renamed.set_weights(stages.get_weights())
    return renamed
