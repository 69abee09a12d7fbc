"""The Keras model that the training loop fits: backbone, pooling and heads."""

from dataclasses import dataclass
from pathlib import Path

import keras

from training.model.backbone import build_backbone
from training.model.consistency import ConsistencyLoss
from training.model.head import build_head
from training.model.map_head import build_map_head, select_maps
from training.recipe import Recipe


@dataclass(frozen=True)
class Heads:
    """`population` and `cells` are those of a network that is trained on adults too, else None.

    `logit` and `population` take pooled features, `cells` the feature maps.
    """

    logit: keras.Model
    population: keras.Model | None = None
    cells: keras.Model | None = None

    @property
    def by_name(self) -> dict[str, keras.Model]:
        """The heads that there are, by the names under which they are stored."""
        names = {"head": self.logit, "population": self.population, "cells": self.cells}
        return {name: head for name, head in names.items() if head is not None}


def build_model(
    recipe: Recipe, data: Path, *, first_model: keras.Model | None = None
) -> keras.Model:
    """Builds images (batch, size, size, 1), float 0-255, to logit (batch, 1), with first weights.

    With adults in the recipe, the outputs are a dict: `logit`, `adult` (batch, 1), the log odds of
    an adult, and `cells` (batch, 14, 14, 2). The backbone is that of `first_model` where there is
    one; the data then need no pretrained weights. Raises DataError if they are missing.
    """
    backbone = build_backbone(recipe, data, first_model=first_model)
    channels = backbone.outputs[0].shape[-1]
    heads = Heads(build_head(channels, recipe))
    heads.logit.trainable = not recipe.frozen_head
    if recipe.adults:
        shapes = [tuple(each.shape[1:]) for each in select_maps(backbone.outputs)]
        heads = Heads(heads.logit, _build_population_head(channels), build_map_head(shapes))
    return connect(backbone, heads, consistency=recipe.consistency, pairs=recipe.pairs)


def connect(
    backbone: keras.Model, heads: Heads, *, consistency: float = 0.0, pairs: int | None = None
) -> keras.Model:
    """Connects the heads to the backbone; `pairs` is the number of pairs that a batch starts with,
    None for all.
    """
    images = keras.Input(backbone.input_shape[1:], name="images", dtype="float32")
    maps = keras.tree.flatten(backbone(images))
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(maps[0])
    loss = ConsistencyLoss(weight=consistency, pairs=pairs, name="consistency", dtype="float32")
    logit = loss(heads.logit(pooled))
    if heads.population is None or heads.cells is None:
        return keras.Model(images, logit, name="model")
    outputs = {
        "logit": logit,
        "adult": heads.population(pooled),
        "cells": heads.cells(select_maps(maps)),
    }
    return keras.Model(images, outputs, name="model")


def read_heads(model: keras.Model) -> Heads:
    """Returns the heads of a model that `connect` made."""
    names = {layer.name for layer in model.layers}
    population, cells = (
        model.get_layer(name) if name in names else None for name in ("population_head", "map_head")
    )
    return Heads(model.get_layer("head"), population, cells)


def _build_population_head(channels: int) -> keras.Model:
    pooled = keras.Input((channels,), name="pooled", dtype="float32")
    adult = keras.layers.Dense(1, name="adult", dtype="float32")(pooled)
    return keras.Model(pooled, adult, name="population_head")
