"""The network's body: grey pixels in, a map of features out, from ImageNet weights."""

import hashlib
from pathlib import Path
from typing import Any

import keras

from training.data.manifest import DataError
from training.model.normalisation import GreyNormalisation
from training.recipes import Recipe

# The statistics that ImageNet classifiers are trained with, RGB, for pixels in 0-1
# (torchvision's and keras.applications' "torch" mode; shared by the given weights).
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

# What the first two stages of the given network end in.
_ENDS = ("s1u3_add", "s2u4_add")


def build_backbone(recipe: Recipe, data: Path) -> keras.Model:
    """Pictures (batch, side, side, 1), float 0-255 -> features (batch, side / 16, side / 16,
    channels), and those of the stages before. Computes in the precision of Keras's global policy;
    the first output is float32.

    Batch norm keeps ImageNet's statistics: those of small batches of two classes would differ.
    """
    stages = _tiny_stages(recipe) if recipe.backbone is None else _load(data / recipe.backbone)
    stages = _for_side(stages, recipe.side)
    stages.trainable = not recipe.frozen
    for layer in stages.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    pictures = keras.Input((recipe.side, recipe.side, 1), name="pictures", dtype="float32")
    grey = GreyNormalisation(smoothing=recipe.smoothing, name="normalisation", dtype="float32")(
        pictures
    )
    rgb = keras.layers.Concatenate(name="grey_to_rgb", dtype="float32")([grey, grey, grey])
    scaled = keras.layers.Rescaling(
        scale=[1 / std for std in IMAGENET_STD],
        offset=[-mean / std for mean, std in zip(IMAGENET_MEAN, IMAGENET_STD, strict=True)],
        name="imagenet_statistics",
        dtype="float32",
    )(rgb)
    last, *before = keras.tree.flatten(stages(scaled))
    maps = keras.layers.Activation("linear", name="maps", dtype="float32")(last)
    return keras.Model(pictures, [maps, *before], name="backbone")


def backbone_sha256(recipe: Recipe, data: Path) -> str:
    """Identity of the first weights: the hash of their file, or of the seed that drew them."""
    if recipe.backbone is None:
        return hashlib.sha256(f"tiny {recipe.seed}".encode()).hexdigest()
    return hashlib.sha256((data / recipe.backbone).read_bytes()).hexdigest()


def _load(path: Path) -> keras.Model:
    if not path.is_file():
        raise DataError(f"The pretrained weights are missing: {path} is not there.")
    return keras.models.load_model(path, compile=False)


def _for_side(stages: keras.Model, side: int) -> keras.Model:
    """The same layers and weights for pictures of `side`, in the global policy's precision."""

    def clone(layer: Any) -> Any:
        precision = keras.mixed_precision.dtype_policy()
        return layer.__class__.from_config({**layer.get_config(), "dtype": precision})

    resized = keras.models.clone_model(
        stages, input_tensors=keras.Input((side, side, 3)), clone_function=clone
    )
    resized.set_weights(stages.get_weights())
    before = [layer.output for layer in resized.layers if layer.name in _ENDS]
    return keras.Model(resized.input, [resized.output, *before], name="stages")


def _tiny_stages(recipe: Recipe) -> keras.Model:
    initializer = keras.initializers.HeNormal(recipe.seed)
    patches = keras.layers.Conv2D(
        8, 16, strides=16, activation="relu", kernel_initializer=initializer
    )
    pictures = keras.Input((recipe.side, recipe.side, 3))
    return keras.Model(pictures, patches(pictures), name="tiny_stages")
