"""What is known of each view: class, population, and where opacities and lungs are."""

from collections.abc import Sequence
from dataclasses import dataclass

import tensorflow as tf

from training.data import views

# Cells of the map's side: 16 pixels of the network's input of 224.
MAP_SIDE = 14
# Cells inside a box are rarer than those outside.
_OPACITY_WEIGHT = 3.0
# Share of lung above which a cell may show an opacity, also at the lungs' border.
MIN_LUNG_SHARE = 0.05


@dataclass(frozen=True)
class Targets:
    """By the names of the model's outputs. `cells` is (batch, 14, 14, 4): share of opacity, its
    weight, share of lung, and the label; its planes are those of `training.fit.map_loss`.
    """

    values: dict[str, tf.Tensor]
    weights: dict[str, tf.Tensor]


def build_targets(planes: tf.Tensor, labels: Sequence[tf.Tensor]) -> Targets:
    """`labels` are those of children's views, healthy adults', lungs-only and moved ones.

    The whole films of adults are all healthy, so their class is not taught: a network could learn
    that a whole film is healthy. The consistency loss compares them with their lungs.
    """
    children, healthy, *rest = labels
    label = tf.cast(tf.concat(labels, axis=0), tf.float32)[:, tf.newaxis]
    adult = tf.concat([tf.zeros_like(children), *map(tf.ones_like, (healthy, *rest))], axis=0)
    is_taught = tf.concat(
        [tf.ones_like(children), tf.zeros_like(healthy), *map(tf.ones_like, rest)], axis=0
    )
    return Targets(
        values={
            "logit": label,
            "adult": tf.cast(adult, tf.float32)[:, tf.newaxis],
            "cells": _build_cells(planes, label),
        },
        weights={
            "logit": tf.cast(is_taught, tf.float32),
            "adult": tf.ones_like(label[:, 0]),
            "cells": tf.ones_like(label[:, 0]),
        },
    )


def _build_cells(planes: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Where an opacity is not marked, as in children, only cells without lung are known to be
    free of it.
    """
    stride = planes.shape[1] // MAP_SIDE
    shares = tf.nn.avg_pool2d(planes[..., views.LUNGS :], stride, stride, "VALID")
    lung, opacity = shares[..., :1], shares[..., 1:]
    label = tf.broadcast_to(label[:, tf.newaxis, tf.newaxis, :], tf.shape(lung))
    is_marked = tf.reduce_max(opacity, axis=(1, 2, 3), keepdims=True) > 0
    nearby = tf.nn.max_pool2d(lung, 3, 1, "SAME")
    is_known = is_marked | (label < 0.5) | (nearby < MIN_LUNG_SHARE)
    weight = tf.cast(is_known, tf.float32) * tf.where(opacity > 0.5, _OPACITY_WEIGHT, 1.0)
    return tf.concat([opacity, weight, lung, label], axis=-1)
