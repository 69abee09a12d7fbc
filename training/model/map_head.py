"""The map: where opacities and lungs are, in cells of 16 pixels of the network's input of 224."""

from typing import Any

import keras
from keras import layers

_CHANNELS = 128
# Most cells have no opacity: the first loss is then that of their share.
_FIRST_OPACITY_LOGIT = -2.0


def select_maps(maps: list[Any]) -> list[Any]:
    """Returns the last feature maps and those of the stage before, of twice their size; the last
    ones alone where the backbone has no stages.
    """
    return [maps[0], maps[-1]] if len(maps) > 1 else [maps[0]]


def build_map_head(shapes: list[tuple[int, ...]]) -> keras.Model:
    """Builds feature maps to the map's logits (batch, 14, 14, 2): opacity and lung.

    `shapes` are those of `select_maps`: (7, 7, channels) and (14, 14, channels).
    """
    inputs = [keras.Input(shape, dtype="float32") for shape in shapes]
    merged = layers.Conv2D(_CHANNELS, 1, name="context", dtype="float32")(inputs[0])
    merged = layers.UpSampling2D(interpolation="bilinear", dtype="float32")(merged)
    if len(inputs) > 1:
        detail = layers.LayerNormalization(name="detail_scale", dtype="float32")(inputs[1])
        detail = layers.Conv2D(_CHANNELS, 1, name="detail", dtype="float32")(detail)
        merged = layers.Add(dtype="float32")([merged, detail])
    merged = layers.ReLU(dtype="float32")(merged)
    opacity = layers.Conv2D(
        1,
        1,
        name="opacity",
        dtype="float32",
        bias_initializer=keras.initializers.Constant(_FIRST_OPACITY_LOGIT),
    )(merged)
    lung = layers.Conv2D(1, 1, name="lung", dtype="float32")(merged)
    cells = layers.Concatenate(dtype="float32")([opacity, lung])
    return keras.Model(inputs, cells, name="map_head")
