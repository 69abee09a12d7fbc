"""The frozen part of the network: grey pixels in, a 14 x 14 map of ImageNet features out."""

import hashlib
from pathlib import Path

import keras

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from training.data import DataError
from training.recipes import Recipe

# The statistics that ImageNet classifiers are trained with, RGB, for pixels in 0-1
# (torchvision's and keras.applications' "torch" mode; shared by the given weights).
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def build_backbone(recipe: Recipe, data: Path) -> keras.Model:
    """Pixels (batch, 224, 224, 1), uint8 or float 0-255 -> features (batch, 14, 14, channels)."""
    stages = _tiny_stages(recipe.seed) if recipe.backbone is None else _load(data / recipe.backbone)
    stages.trainable = False
    pixels = keras.Input((INPUT_ROWS, INPUT_COLUMNS, 1), name="pixels")
    rgb = keras.layers.Concatenate(name="grey_to_rgb")([pixels, pixels, pixels])
    scaled = keras.layers.Rescaling(
        scale=[1 / (255 * std) for std in IMAGENET_STD],
        offset=[-mean / std for mean, std in zip(IMAGENET_MEAN, IMAGENET_STD, strict=True)],
        name="imagenet_statistics",
    )(rgb)
    return keras.Model(pixels, stages(scaled, training=False), name="backbone")


def backbone_sha256(recipe: Recipe, data: Path) -> str:
    """Identity of the frozen weights: the hash of their file, or of the seed that drew them."""
    if recipe.backbone is None:
        return hashlib.sha256(f"tiny {recipe.seed}".encode()).hexdigest()
    return hashlib.sha256((data / recipe.backbone).read_bytes()).hexdigest()


def _load(path: Path) -> keras.Model:
    if not path.is_file():
        raise DataError(f"The pretrained weights are missing: {path} is not there.")
    return keras.models.load_model(path, compile=False)


def _tiny_stages(seed: int) -> keras.Model:
    patches = keras.layers.Conv2D(
        8, 16, strides=16, activation="relu", kernel_initializer=keras.initializers.HeNormal(seed)
    )
    return keras.Sequential(
        [keras.Input((INPUT_ROWS, INPUT_COLUMNS, 3)), patches], name="tiny_stages"
    )
