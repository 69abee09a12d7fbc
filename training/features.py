"""Pooled backbone features of each radiograph, computed once and kept in a cache file."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from rich.progress import track

from screening.radiograph import Pixels
from training.checkpoint import write_whole
from training.data import Radiograph, load_pixels

Features = NDArray[np.float32]


def pooled_features(
    backbone: keras.Model,
    radiographs: Sequence[Radiograph],
    *,
    cache: Path,
    key: str,
    batch_size: int,
) -> Features:
    """Global average pooled features, shape (radiographs, channels), in the radiographs' order.

    They depend on the frozen backbone (`key` is its hash) and the bytes of the pictures alone, so
    a second run reads them from `cache`.
    """
    contents = "\n".join([key, *(radiograph.sha256 for radiograph in radiographs)])
    path = cache / f"features-{hashlib.sha256(contents.encode()).hexdigest()[:16]}.npy"
    if path.is_file():
        return np.asarray(np.load(path), dtype=np.float32)
    pooled = tf.function(lambda pixels: tf.reduce_mean(backbone(pixels, training=False), (1, 2)))
    batches = [
        pooled(tf.cast(pixels, tf.float32)).numpy()
        for pixels in track(
            load_batches(radiographs, batch_size),
            total=-(-len(radiographs) // batch_size),
            description="features",
        )
    ]
    features: Features = np.concatenate(batches)
    cache.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    np.save(content, features)
    write_whole(path, content.getvalue())
    return features


def load_batches(radiographs: Sequence[Radiograph], batch_size: int) -> Iterator[Pixels]:
    """Pixels in the radiographs' order, uint8 of shape (up to batch_size, 224, 224, 1)."""
    for start in range(0, len(radiographs), batch_size):
        chosen = radiographs[start : start + batch_size]
        yield np.stack([load_pixels(radiograph) for radiograph in chosen])
