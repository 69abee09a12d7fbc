"""Pooled features of a frozen backbone: computed once for each set of films, and kept."""

import hashlib
import io
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from rich.progress import track

from training.atomic_write import write_atomically
from training.data.augmentation import augment
from training.data.examples import Images
from training.recipe import Recipe

# (n, channels).
Features = NDArray[np.float32]

_BATCH = 64


class FeatureStore:
    """The features of a model of `build_model`, kept in `folder`.

    A file is named by the hash of the images and of the backbone's weights, so that a second run on
    the same films computes nothing.
    """

    def __init__(self, model: keras.Model, folder: Path) -> None:
        self._pooled = keras.Model(model.inputs, model.get_layer("pooled").output)
        self._folder = folder
        digest = hashlib.sha256(keras.mixed_precision.dtype_policy().name.encode())
        for weight in model.get_layer("backbone").get_weights():
            digest.update(np.ascontiguousarray(weight).tobytes())
        self._backbone = digest.digest()

    def read(self, images: Images) -> Features:
        """The features of grey images (n, size, size, 1), 0-255, in their order."""
        digest = hashlib.sha256(self._backbone)
        digest.update(np.ascontiguousarray(images).tobytes())
        path = self._folder / f"{digest.hexdigest()[:32]}.npy"
        if path.is_file():
            stored: Features = np.load(path)
            return stored
        starts = track(range(0, len(images), _BATCH), description="features")
        features = np.concatenate(
            [
                self._pooled.predict_on_batch(images[start : start + _BATCH].astype(np.float32))
                for start in starts
            ]
        ).astype(np.float32)
        buffer = io.BytesIO()
        np.save(buffer, features)
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, buffer.getvalue())
        return features


def augment_images(images: Images, recipe: Recipe, *, view: int) -> Images:
    """Another view of each image, as the recipe augments it; `view` draws the changes."""
    augmented = np.empty_like(images)
    for start in range(0, len(images), _BATCH):
        grey = tf.cast(images[start : start + _BATCH], tf.float32)
        seed = tf.constant([recipe.seed, view * len(images) + start])
        augmented[start : start + _BATCH] = augment(grey, recipe.augmentation, seed=seed)
    return augmented
