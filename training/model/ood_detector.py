"""The out-of-distribution detector: tells upright frontal chest X-rays from all other images.

A linear model on the network's own features. It is trained on chest X-rays and on the images of
`training.data.ood_images`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from contracts.endpoint import REJECTION_REASONS
from screening.radiograph import Pixels
from training.data.adult_films import AdultFilm
from training.data.augmentation import augment_pixels
from training.data.manifest import Radiograph
from training.data.ood_images import HARD_GENERATORS, OOD_GENERATORS
from training.recipe import Augmentation

FeatureMatrix = NDArray[np.float32]
FeatureExtractor = Callable[[Pixels], FeatureMatrix]

# Chest X-rays for training (each used plain and augmented), and those of other patients on which
# the limit is chosen.
_TRAIN_COUNT, _LIMIT_COUNT = 1500, 1500
# For each use, every generator makes so many images, those most like chest X-rays more: with 200,
# 13 % of several films on one image passed, with 800 5 %, both before lungs were a feature.
# If there are fewer chest X-rays, as many as there are, but never less than the last number.
_GENERATED_COUNT, _HARD_COUNT, _MIN_GENERATED = 200, 800, 30

# Wider than the classifier's augmentation: a chest X-ray of another hospital, or of an adult, is a
# chest X-ray.
WIDE_AUGMENTATION = Augmentation(
    rotation=12,
    shift=0.08,
    zoom_in=0.25,
    zoom_out=0.2,
    aspect=0.15,
    gamma=0.5,
    contrast=0.5,
    brightness=0.2,
    border_occlusion=0.14,
    sharpness=0.9,
    noise=0.04,
)

# Strong regularisation: there are many features for few images. At a tenth of this value, 2 % of
# several films on one image passed.
_C = 0.003

# Three in a thousand: a tenth of the share of mistakes that would annoy a doctor.
TAIL_SHARE = 0.003


@dataclass(frozen=True, eq=False)
class OodDetector:
    """Linear in the logarithms of the features (n, F), over K classes.

    The first class is the chest X-ray; each other class is one generator. `reasons`
    (K - 1, len(REJECTION_REASONS)) is 1 at the rejection reason that a generator stands for.
    """

    mean: FeatureMatrix
    std: FeatureMatrix
    kernel: FeatureMatrix
    bias: FeatureMatrix
    reasons: FeatureMatrix

    def __call__(self, features: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the in-distribution score (n,) and the shares of the reasons (n, reasons).

        The score is the log odds of a chest X-ray. A reason counts as its likeliest generator,
        because some reasons have more generators than others.
        """
        z_scores = (tf.math.log1p(features) - self.mean) / self.std
        logits = tf.matmul(z_scores, self.kernel) + self.bias
        ood_logit = tf.reduce_logsumexp(logits[:, 1:], axis=1)
        shares = tf.nn.softmax(logits[:, 1:])[:, :, tf.newaxis] * self.reasons
        likeliest = tf.reduce_max(shares, axis=1)
        reason_shares = likeliest / tf.reduce_sum(likeliest, axis=1, keepdims=True)
        return logits[:, 0] - ood_logit, reason_shares

    @property
    def arrays(self) -> list[FeatureMatrix]:
        return list(vars(self).values())


def split_adults_for_ood_detector(
    films: Sequence[AdultFilm],
) -> tuple[list[AdultFilm], list[AdultFilm]]:
    """Returns whole films of adults for training and for the limit, no more than of children."""
    return list(films[0::2][:_TRAIN_COUNT]), list(films[1::2][:_LIMIT_COUNT])


def split_for_ood_detector(
    radiographs: Sequence[Radiograph], *, seed: int
) -> tuple[list[Radiograph], list[Radiograph]]:
    """Returns the radiographs for training and those for the limit; they share no patient."""
    patients = sorted({radiograph.patient for radiograph in radiographs})
    half = set(np.random.default_rng(seed).choice(patients, len(patients) // 2, replace=False))
    train = [radiograph for radiograph in radiographs if radiograph.patient in half]
    limit = [radiograph for radiograph in radiographs if radiograph.patient not in half]
    return train[:: -(-len(train) // _TRAIN_COUNT)], limit[:: -(-len(limit) // _LIMIT_COUNT)]


def train_ood_detector(extract: FeatureExtractor, chests: Pixels, *, seed: int) -> OodDetector:
    """Trains on chest X-rays (n, 224, 224) of the train set and on images generated from them."""
    augmented = augment_pixels(chests, WIDE_AUGMENTATION, seed=seed)
    classes = [np.concatenate([chests, augmented]), *generate_ood_images(augmented, seed=seed)]
    labels = np.repeat(np.arange(len(classes)), [len(images) for images in classes])
    features = np.log1p(np.concatenate([extract(images) for images in classes]))
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=_C, max_iter=1000).fit(scaler.transform(features), labels)
    reasons = [
        [float(reason is column) for column in REJECTION_REASONS]
        for reason, generators in OOD_GENERATORS.items()
        for _ in generators
    ]
    arrays = (scaler.mean_, scaler.scale_, model.coef_.T, model.intercept_, reasons)
    return OodDetector(*(np.asarray(array, np.float32) for array in arrays))


def generate_ood_images(chests: Pixels, *, seed: int) -> list[Pixels]:
    """Returns images of each generator, made from chest X-rays (n, 224, 224)."""
    rng = np.random.default_rng(seed)
    classes = []
    for generate in (each for generators in OOD_GENERATORS.values() for each in generators):
        count = _HARD_COUNT if generate in HARD_GENERATORS else _GENERATED_COUNT
        count = max(_MIN_GENERATED, min(count, len(chests)))
        films = [chests[rng.integers(len(chests))] for _ in range(count)]
        classes.append(np.stack([generate(film, rng) for film in films]))
    return classes


def choose_typicality_limit(
    chest_scores: NDArray[np.float64], ood_scores: NDArray[np.float64]
) -> float:
    """Returns the score halfway between the lowest chest X-rays and the highest other images.

    Chest X-rays of other hospitals and ages have lower scores than those of this data set; half of
    the gap is left for them. Where there is no gap, the lowest chest X-rays decide.
    """
    lowest_chest = np.quantile(chest_scores, TAIL_SHARE)
    highest_ood = np.quantile(ood_scores, 1 - TAIL_SHARE)
    return float(min(lowest_chest, (lowest_chest + highest_ood) / 2))
