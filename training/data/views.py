"""Views of films for training: whole, only the lungs, and the lungs on another film's background.

A view has planes (batch, size, size, 3): grey 0-255, lungs and opacities 0-1. What the classes
differ in beside the lungs (marks, collimation, the machine) is in only one of two views, so it
cannot decide what a network says of both.
"""

from typing import NamedTuple

import tensorflow as tf

from training.data.films import Films

GREY, LUNGS, OPACITIES = 0, 1, 2
# Cells of lungs below which a film counts as one without a mask: it stays whole.
_MIN_LUNG_CELLS = 300
# Of lungs that are moved onto a background: wider or narrower by more would look unlike lungs.
_MAX_SCALE = 2.0


class FilmTensors(NamedTuple):
    """The arrays of films as tensors, made once: a constant inside a graph is a copy of its own."""

    images: tf.Tensor
    lungs: tf.Tensor
    opacities: tf.Tensor


def load_tensors(films: Films) -> FilmTensors:
    return FilmTensors(*map(tf.constant, (films.images, films.lungs, films.opacities)))


def gather(films: FilmTensors, indices: tf.Tensor) -> tf.Tensor:
    """Returns the planes of some films."""
    return tf.concat([tf.cast(tf.gather(part, indices), tf.float32) for part in films], axis=-1)


def has_lungs(planes: tf.Tensor) -> tf.Tensor:
    """Returns (batch, 1, 1, 1): whether the film has a mask."""
    cells = tf.reduce_sum(planes[..., LUNGS : LUNGS + 1], axis=(1, 2, 3), keepdims=True)
    return cells > _MIN_LUNG_CELLS


def keep_lungs(planes: tf.Tensor, margin: tf.Tensor) -> tf.Tensor:
    """Makes everything black beside the lungs and a margin (batch, 1, 1, 1) of 0 to 2 pixels."""
    return _with_grey(planes, planes[..., :1] * _widen(planes[..., LUNGS : LUNGS + 1], margin))


def swap_background(planes: tf.Tensor, grounds: tf.Tensor) -> tf.Tensor:
    """Puts the lungs onto the background of the other films, which is moved under them."""
    lungs = planes[..., LUNGS : LUNGS + 1]
    background = _align(grounds[..., :1], grounds[..., LUNGS : LUNGS + 1], target=lungs)
    share = tf.nn.avg_pool2d(lungs, 3, 1, "SAME")
    return _with_grey(planes, share * planes[..., :1] + (1 - share) * background)


def _with_grey(planes: tf.Tensor, grey: tf.Tensor) -> tf.Tensor:
    return tf.concat([grey, planes[..., 1:]], axis=-1)


def _widen(lungs: tf.Tensor, margin: tf.Tensor) -> tf.Tensor:
    """A margin below 1 adds nothing, below 2 one pixel, else two."""
    one, two = (tf.nn.max_pool2d(lungs, size, 1, "SAME") for size in (3, 5))
    return tf.where(margin < 1, lungs, tf.where(margin < 2, one, two))


def _align(images: tf.Tensor, lungs: tf.Tensor, *, target: tf.Tensor) -> tf.Tensor:
    """Moves and scales images so that the box around their lungs lies on that of the target."""
    size = images.shape[1]
    left, right, top, bottom = _bound(lungs)
    target_left, target_right, target_top, target_bottom = _bound(target)
    across = _scale(right - left, target_right - target_left)
    down = _scale(bottom - top, target_bottom - target_top)
    zero = tf.zeros_like(across)
    # Output (x, y) takes input (a x + b, c y + d).
    shift_across = (left + right - across * (target_left + target_right)) / 2
    shift_down = (top + bottom - down * (target_top + target_bottom)) / 2
    rows = [across, zero, shift_across, zero, down, shift_down, zero, zero]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack(rows, axis=1),
        output_shape=[size, size],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _scale(extent: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value(extent / tf.maximum(target, 1.0), 1 / _MAX_SCALE, _MAX_SCALE)


def _bound(masks: tf.Tensor) -> tuple[tf.Tensor, ...]:
    """Returns left, right, top and bottom (batch,) of each mask, in pixels."""
    size = masks.shape[1]
    position = tf.range(size, dtype=tf.float32)
    ends = []
    for axis in (1, 2):
        is_inside = tf.reduce_any(masks[..., 0] > 0.5, axis=axis)
        ends.append(tf.reduce_min(tf.where(is_inside, position, float(size)), axis=1))
        ends.append(tf.reduce_max(tf.where(is_inside, position, 0.0), axis=1))
    return tuple(ends)
