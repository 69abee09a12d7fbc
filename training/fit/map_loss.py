"""The loss of the map: opacities and lungs by cell, and the class by the strongest cells."""

from typing import Any

import keras
from keras import ops

from training.data.targets import MIN_LUNG_SHARE

# Of 196 cells, about an infiltrate of 6 cm on the film of an adult.
_STRONGEST_CELLS = 6
# Of the class by the strongest cells, against the loss of all cells.
_CLASS_WEIGHT = 0.3
_FAR_BELOW = 20.0


class MapLoss(keras.losses.Loss):  # type: ignore[misc]
    """Compares the map (batch, 14, 14, 2), logits of opacity and lung, with `Targets.cells`.

    A film whose opacities are not marked still says by its label whether there is one inside the
    lungs (multiple-instance learning). A film without a mask says nothing of lungs.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Returns the loss of each film, (batch,)."""
        opacity, weight, lung, label = (y_true[..., plane] for plane in range(4))
        opacity_logit, lung_logit = y_pred[..., 0], y_pred[..., 1]
        has_mask = ops.cast(ops.max(lung, axis=(1, 2)) > 0, opacity_logit.dtype)
        by_cell = ops.mean(weight * _cross_entropy(opacity, opacity_logit), axis=(1, 2))
        by_lung = ops.mean(_cross_entropy(lung, lung_logit), axis=(1, 2))
        inside = opacity_logit - _FAR_BELOW * ops.cast(lung < MIN_LUNG_SHARE, opacity_logit.dtype)
        cells = ops.reshape(inside, (-1, inside.shape[1] * inside.shape[2]))
        strongest = ops.mean(ops.top_k(cells, _STRONGEST_CELLS)[0], axis=1)
        by_class = _cross_entropy(label[:, 0, 0], strongest)
        return by_cell + has_mask * (by_lung + _CLASS_WEIGHT * by_class)


def _cross_entropy(target: Any, logit: Any) -> Any:
    return ops.relu(logit) - logit * target + ops.softplus(-ops.abs(logit))
