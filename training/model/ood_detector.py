"""The gate: is this an upright frontal chest X-ray at all? A linear model on the network's own
features, learnt from chest X-rays and from what is made of them and drawn beside them.
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
from training.data.augmentation import augment_pixels
from training.data.manifest import Radiograph
from training.data.ood_images import OOD_GENERATORS
from training.recipes import Augmentation

Matrix = NDArray[np.float32]
FeatureExtractor = Callable[[Pixels], Matrix]

# Chest X-rays that the gate learns from, twice: as they are and varied; and that its limit is
# chosen on, of other patients. For either, each maker of what is none makes as many as _MADE.
_LEARNT, _JUDGED, _MADE = 1500, 1500, 200

# Wider in exposure and framing than a model that reads pneumonia needs: a chest X-ray of another
# hospital, or of an adult, is one.
WIDE_AUGMENTATION = Augmentation(
    rotation=12,
    shift=0.08,
    zoom_in=0.25,
    zoom_out=0.2,
    aspect=0.15,
    gamma=0.5,
    contrast=0.5,
    brightness=0.2,
    edges=0.14,
    sharpness=0.9,
    noise=0.04,
)

# Strong: many features for few pictures.
_C = 0.0003

# Three in a thousand: an order below the share of mistakes that would annoy a doctor.
RARE = 0.003


@dataclass(frozen=True, eq=False)
class OodDetector:
    """Linear in the logarithms of features (n, F): K classes, each a chest X-ray (the first) or
    made by one maker; `reasons` (K - 1, len(DOUBTS)) says which of DOUBTS each maker stands for.
    """

    mean: Matrix
    std: Matrix
    kernel: Matrix
    bias: Matrix
    reasons: Matrix

    def __call__(self, features: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Typicality (n,), the log odds of a chest X-ray; and the share (n, len(DOUBTS)) that each
        of DOUBTS has in what speaks against it."""
        z_scores = (tf.math.log1p(features) - self.mean) / self.std
        logits = tf.matmul(z_scores, self.kernel) + self.bias
        against = tf.reduce_logsumexp(logits[:, 1:], axis=1)
        # Of each reason its likeliest maker: some reasons have more makers than others.
        shares = tf.nn.softmax(logits[:, 1:])[:, :, tf.newaxis] * self.reasons
        likeliest = tf.reduce_max(shares, axis=1)
        doubts = likeliest / tf.reduce_sum(likeliest, axis=1, keepdims=True)
        return logits[:, 0] - against, doubts

    @property
    def arrays(self) -> list[Matrix]:
        return list(vars(self).values())


def split_for_ood_detector(
    radiographs: Sequence[Radiograph], *, seed: int
) -> tuple[list[Radiograph], list[Radiograph]]:
    """What the gate learns from, and what its limit is chosen on: of no patient in common."""
    patients = sorted({radiograph.patient for radiograph in radiographs})
    half = set(np.random.default_rng(seed).choice(patients, len(patients) // 2, replace=False))
    learnt = [radiograph for radiograph in radiographs if radiograph.patient in half]
    judged = [radiograph for radiograph in radiographs if radiograph.patient not in half]
    return learnt[:: -(-len(learnt) // _LEARNT)], judged[:: -(-len(judged) // _JUDGED)]


def train_ood_detector(features_of: FeatureExtractor, chests: Pixels, *, seed: int) -> OodDetector:
    """From chest X-rays (n, 224, 224) of the training part."""
    varied = augment_pixels(chests, WIDE_AUGMENTATION, seed=seed)
    classes = [np.concatenate([chests, varied]), *generate_ood_images(varied, seed=seed)]
    truth = np.repeat(np.arange(len(classes)), [len(pictures) for pictures in classes])
    features = np.log1p(np.concatenate([features_of(pictures) for pictures in classes]))
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=_C, max_iter=200).fit(scaler.transform(features), truth)
    reasons = [
        [float(reason is doubt) for doubt in REJECTION_REASONS]
        for reason, makers in OOD_GENERATORS.items()
        for _ in makers
    ]
    arrays = (scaler.mean_, scaler.scale_, model.coef_.T, model.intercept_, reasons)
    return OodDetector(*(np.asarray(each, np.float32) for each in arrays))


def generate_ood_images(chests: Pixels, *, seed: int) -> list[Pixels]:
    """What is no upright frontal chest X-ray: as many of each maker, made of (n, 224, 224)."""
    rng = np.random.default_rng(seed)
    makers = [maker for several in OOD_GENERATORS.values() for maker in several]
    return [
        np.stack([maker(chests[rng.integers(len(chests))], rng) for _ in range(_MADE)])
        for maker in makers
    ]


def choose_typicality_limit(chests: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Halfway from the least typical chest X-rays to the most typical of what is none.

    Chest X-rays of other hospitals and ages are less typical than those of this one; they get half
    of the room between. Where there is none, the chest X-rays decide.
    """
    least, most = np.quantile(chests, RARE), np.quantile(others, 1 - RARE)
    return float(min(least, (least + most) / 2))
