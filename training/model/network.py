"""The whole network as one module: grey pixels in, the numbers of a prediction out."""

import hashlib
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from contracts.endpoint import INPUT_ROWS
from screening.radiograph import Pixels
from training.model.head import logit_and_gradient
from training.model.map_head import select_maps
from training.model.ood_detector import FeatureMatrix, OodDetector, train_ood_detector
from training.model.population_detector import PopulationDetector, train_population_detector
from training.model.trainable_model import Heads, read_heads
from training.recipe import Recipe

# Radiographs at a time: keeps both cores busy, in under 2 GB.
BATCH = 32

# Share of the strongest evidence below which a saliency map is not scaled up to 1.
MIN_PEAK_SHARE = 0.05
# Probability of an opacity from which a cell is shown, as in `screening.saliency_overlay`.
MIN_PEAK = 0.5


@dataclass(frozen=True)
class NetworkOutputs:
    """The outputs for a batch, named as in `contracts.endpoint.Prediction`.

    `typicality` is the in-distribution score, `doubts` the rejection reasons, `attention` the
    saliency map. `adult` and `lung_energy` are None for a network that has learned children only.
    """

    logit: tf.Tensor
    typicality: tf.Tensor
    doubts: tf.Tensor
    attention: tf.Tensor
    adult: tf.Tensor | None = None
    lung_energy: tf.Tensor | None = None

    @property
    def by_name(self) -> dict[str, tf.Tensor]:
        return {name: tensor for name, tensor in vars(self).items() if tensor is not None}


@dataclass(frozen=True, eq=False)
class Network:
    """Backbone, heads and detectors, for uint8 pixels (batch, 224, 224, 1).

    The population detector is None for a network that has learned children only.
    """

    backbone: keras.Model
    heads: Heads
    ood_detector: OodDetector
    population_detector: PopulationDetector | None

    def __call__(self, pixels: tf.Tensor) -> NetworkOutputs:
        """Returns logit, typicality, adult and lung energy (batch,), doubts (batch, reasons) and
        attention (batch, rows, columns).

        The saliency map is the map's probability of an opacity in each cell, or Grad-CAM at the
        cells of the last feature maps for a network without a map.
        """
        maps = _feature_maps(self.backbone, pixels)
        pooled = tf.reduce_mean(maps[0], axis=(1, 2))
        logit, gradient = logit_and_gradient(self.heads.logit, pooled)
        cells = _draw_cells(self.heads, maps)
        features = collect_features(maps, cells)
        typicality, doubts = self.ood_detector(features)
        common = {"logit": logit[:, 0], "typicality": typicality, "doubts": doubts}
        if cells is None or self.population_detector is None:
            return NetworkOutputs(**common, attention=grad_cam(maps[0], gradient))
        opacity = tf.sigmoid(cells[..., 0])
        return NetworkOutputs(
            **common,
            attention=opacity,
            adult=self.population_detector(features),
            lung_energy=measure_lung_energy(opacity, cells[..., 1]),
        )

    def version(self, recipe: Recipe) -> str:
        """Returns the recipe's name and eight hex digits of a hash over all weights and settings.

        Calibration, band and limit are not hashed: they follow from those on the same data.
        """
        digest = hashlib.sha256(recipe.sha256.encode())
        models = (self.backbone, *self.heads.by_name.values())
        weights = [array for model in models for array in model.get_weights()]
        detectors = (self.ood_detector, self.population_detector)
        arrays = [array for detector in detectors if detector for array in detector.arrays]
        for array in [*weights, *arrays]:
            digest.update(np.ascontiguousarray(array).tobytes())
        return f"{recipe.name}-{digest.hexdigest()[:8]}"


def assemble_network(
    model: keras.Model,
    chests: Pixels,
    *,
    seed: int,
    populations: tuple[Pixels, Pixels] | None = None,
) -> Network:
    """Adds detectors to a trained `model`: the one of other images is trained on the chest X-rays
    (n, 224, 224), that of the population on whole films of children and of adults.
    """
    backbone, heads = model.get_layer("backbone"), read_heads(model)
    features = tf.function(lambda pixels: _collect(backbone, heads, pixels))

    def extract(pixels: Pixels) -> FeatureMatrix:
        starts = range(0, len(pixels), BATCH)
        batches = (pixels[start : start + BATCH, ..., np.newaxis] for start in starts)
        return np.concatenate([features(tf.constant(batch)).numpy() for batch in batches])

    ood_detector = train_ood_detector(extract, chests, seed=seed)
    population_detector = (
        train_population_detector(extract, *populations, seed=seed) if populations else None
    )
    return Network(backbone, heads, ood_detector, population_detector)


def collect_features(maps: list[tf.Tensor], cells: tf.Tensor | None) -> tf.Tensor:
    """Returns the detector's features, (batch, F): the mean of the positive part of each channel of
    all maps, and the probability of lung in each of the `cells` (batch, rows, columns, 2).

    Means say nothing of where a lung is: two films on one image have the means of one.
    """
    features = [tf.reduce_mean(tf.nn.relu(each), axis=(1, 2)) for each in maps]
    if cells is not None:
        lung = tf.sigmoid(cells[..., 1])
        features.append(tf.reshape(lung, [-1, lung.shape[1] * lung.shape[2]]))
    return tf.concat(features, axis=1)


def pool_features(backbone: keras.Model, pixels: Pixels) -> FeatureMatrix:
    """Returns the features (n, channels) that the head uses, of images (n, 224, 224)."""
    pool = tf.function(lambda batch: tf.reduce_mean(_feature_maps(backbone, batch)[0], axis=(1, 2)))
    starts = range(0, len(pixels), BATCH)
    batches = (pixels[start : start + BATCH, ..., np.newaxis] for start in starts)
    return np.concatenate([pool(tf.constant(batch)).numpy() for batch in batches])


def downscale(pixels: tf.Tensor, size: int) -> tf.Tensor:
    """Averages blocks: grey pixels (batch, 224, 224, 1) to float32 (batch, size, size, 1)."""
    factor = INPUT_ROWS // size
    grey = tf.cast(pixels, tf.float32)
    return grey if factor == 1 else tf.nn.avg_pool2d(grey, factor, factor, "VALID")


def grad_cam(maps: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
    """Returns Grad-CAM saliency maps (Selvaraju et al. 2017), each divided by its maximum.

    Takes maps (batch, height, width, channels), and the gradient (batch, channels) of the logit by
    the maps' means; it is the same at every cell, because global average pooling spreads it evenly.
    A map without evidence for pneumonia is zero. A map with next to none, compared with the
    strongest evidence either way, stays faint: otherwise rounding errors alone would light it up.
    """
    weighted = maps * gradient[:, tf.newaxis, tf.newaxis, :]
    evidence = tf.reduce_sum(weighted, axis=-1)
    strongest = tf.reduce_max(tf.abs(evidence), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(evidence)
    min_peak = MIN_PEAK_SHARE * strongest
    peak = tf.maximum(tf.reduce_max(heat, axis=(1, 2), keepdims=True), min_peak)
    return heat / tf.where(peak > 0, peak, tf.ones_like(peak))


def measure_lung_energy(opacity: tf.Tensor, lung_logit: tf.Tensor) -> tf.Tensor:
    """Returns the share of the opacity map (batch, 14, 14) that lies on lung or beside it.

    1 for a map without a cell that is more likely than not an opacity.
    """
    lung = tf.cast(lung_logit > 0, tf.float32)[..., tf.newaxis]
    nearby = tf.nn.max_pool2d(lung, 3, 1, "SAME")[..., 0]
    inside = tf.reduce_sum(opacity * nearby, axis=(1, 2)) / tf.reduce_sum(opacity, axis=(1, 2))
    has_region = tf.reduce_max(opacity, axis=(1, 2)) > MIN_PEAK
    return tf.where(has_region, inside, tf.ones_like(inside))


def _collect(backbone: keras.Model, heads: Heads, pixels: tf.Tensor) -> tf.Tensor:
    maps = _feature_maps(backbone, pixels)
    return collect_features(maps, _draw_cells(heads, maps))


def _draw_cells(heads: Heads, maps: list[tf.Tensor]) -> tf.Tensor | None:
    """Returns the map's logits, or None for a network without a map."""
    return None if heads.cells is None else heads.cells(select_maps(maps))


def _feature_maps(backbone: keras.Model, pixels: tf.Tensor) -> list[tf.Tensor]:
    """Returns the last feature maps, which the head uses, and those of the earlier stages."""
    images = downscale(pixels, backbone.input_shape[1])
    return list(keras.tree.flatten(backbone(images, training=False)))
