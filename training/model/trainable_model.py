"""The Keras model that the training loop fits: backbone, pooling and head, images to logits."""

from pathlib import Path

import keras

from training.model.backbone import build_backbone
from training.model.consistency import ConsistencyLoss
from training.model.head import build_head
from training.recipe import Recipe


def build_model(recipe: Recipe, data: Path) -> keras.Model:
    """Builds images (batch, size, size, 1), float 0-255, to logit (batch, 1), with first weights.

    Raises DataError if the pretrained weights are missing.
    """
    backbone = build_backbone(recipe, data)
    head = build_head(backbone.outputs[0].shape[-1], recipe)
    return connect(backbone, head, consistency=recipe.consistency)


def connect(backbone: keras.Model, head: keras.Model, *, consistency: float = 0.0) -> keras.Model:
    """Connects the head to the means of the backbone's last feature maps."""
    images = keras.Input(backbone.input_shape[1:], name="images", dtype="float32")
    maps, *_ = keras.tree.flatten(backbone(images))
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(maps)
    loss = ConsistencyLoss(weight=consistency, name="consistency", dtype="float32")
    return keras.Model(images, loss(head(pooled)), name="model")
