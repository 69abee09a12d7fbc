"""The backbone: grey pixels to feature maps, by a network with ImageNet weights."""

import hashlib
from pathlib import Path
from typing import Any

import keras

from training.data.manifest import DataError
from training.model.normalisation import GreyNormalisation
from training.recipe import Recipe

# The statistics that ImageNet classifiers are trained with, RGB, for pixels in 0-1
# (torchvision's and keras.applications' "torch" mode; the released weights use them).
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)

# The last layers of the first two stages of ResNet-50 V2.
EARLY_OUTPUTS = ("s1u3_add", "s2u4_add")


def build_backbone(
    recipe: Recipe, data: Path, *, first_model: keras.Model | None = None
) -> keras.Model:
    """Builds images (batch, size, size, 1), float 0-255, to feature maps.

    The first output is float32 (batch, size / 16, size / 16, channels); the maps of the earlier
    stages follow. The layers compute in the precision of Keras's global policy. Batch norm keeps
    ImageNet's statistics: those of small batches of two classes would differ. The stages
    of `first_model`, a model of `build_model`, take the place of the recipe's. Raises DataError if
    the weights are missing.
    """
    stages = _resize(_read_stages(recipe, data, first_model), recipe.image_size)
    stages.trainable = not recipe.frozen
    for layer in stages.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    shape = (recipe.image_size, recipe.image_size, 1)
    images = keras.Input(shape, name="images", dtype="float32")
    grey = GreyNormalisation(blur_sigma=recipe.blur_sigma, name="normalisation", dtype="float32")(
        images
    )
    rgb = keras.layers.Concatenate(name="grey_to_rgb", dtype="float32")([grey, grey, grey])
    scaled = keras.layers.Rescaling(
        scale=[1 / std for std in IMAGENET_STD],
        offset=[-mean / std for mean, std in zip(IMAGENET_MEAN, IMAGENET_STD, strict=True)],
        name="imagenet_statistics",
        dtype="float32",
    )(rgb)
    last, *early = keras.tree.flatten(stages(scaled))
    maps = keras.layers.Activation("linear", name="maps", dtype="float32")(last)
    return keras.Model(images, [maps, *early], name="backbone")


def backbone_sha256(recipe: Recipe, data: Path) -> str:
    """Returns the hash of the first weights' file, or of the seed that draws them."""
    if recipe.backbone is None:
        return hashlib.sha256(f"tiny {recipe.seed}".encode()).hexdigest()
    return hashlib.sha256((data / recipe.backbone).read_bytes()).hexdigest()


def _read_stages(recipe: Recipe, data: Path, first_model: keras.Model | None) -> keras.Model:
    if first_model is not None:
        return first_model.get_layer("backbone").get_layer("stages")
    return _tiny_stages(recipe) if recipe.backbone is None else _load(data / recipe.backbone)


def _load(path: Path) -> keras.Model:
    if not path.is_file():
        raise DataError(f"The pretrained weights are missing: {path} is not there.")
    return keras.models.load_model(path, compile=False)


def _resize(stages: keras.Model, size: int) -> keras.Model:
    """Returns the same layers and weights for images of `size`, in the global precision."""

    def clone(layer: Any) -> Any:
        precision = keras.mixed_precision.dtype_policy()
        return layer.__class__.from_config({**layer.get_config(), "dtype": precision})

    resized = keras.models.clone_model(
        stages, input_tensors=keras.Input((size, size, 3)), clone_function=clone
    )
    resized.set_weights(stages.get_weights())
    early = [layer.output for layer in resized.layers if layer.name in EARLY_OUTPUTS]
    return keras.Model(resized.input, [resized.outputs[0], *early], name="stages")


def _tiny_stages(recipe: Recipe) -> keras.Model:
    initializer = keras.initializers.HeNormal(recipe.seed)
    filters = keras.layers.Conv2D(
        8, 16, strides=16, activation="relu", kernel_initializer=initializer
    )
    images = keras.Input((recipe.image_size, recipe.image_size, 3))
    return keras.Model(images, filters(images), name="tiny_stages")
