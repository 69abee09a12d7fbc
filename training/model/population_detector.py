"""The population detector: tells films of adults from those of children.

A linear model on the features of the out-of-distribution detector. The last maps alone do not tell:
by their means, one in nine varied films of adults counted as a child's (docs/experiments.md).

A split at random says too little: it has films of the same machines on both sides, and none of them
is mistaken. So what a film looks like is decided by a detector that has seen no film of its group
of acquisitions.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from screening.radiograph import Pixels
from training.data.acquisition_clusters import Clusters, find_clusters, measure_traces
from training.data.augmentation import augment_pixels
from training.model.ood_detector import WIDE_AUGMENTATION, FeatureExtractor, FeatureMatrix
from training.value_types import Scores

# At a tenth of this value and at ten times, the shares of mistakes differ by less than 0.3 points.
_C = 0.03

# The data set of children gives no ages, and has films that look like adults': with breasts, an
# aortic arch, closed growth plates. Up to this share is not learned.
_MAX_UNLIKE_SHARE = 0.05

# Of adults' films, the share that may be taken for a child's and answered by children's numbers.
MAX_MISTAKEN_SHARE = 0.005

# The logarithms of the features of n films, as they are and varied, (2, n, F).
Views = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PopulationDetector:
    """Linear in the logarithms of the features (n, F).

    `min_log_odds` is how far from 0 its log odds must be before they count.
    """

    mean: FeatureMatrix
    std: FeatureMatrix
    kernel: FeatureMatrix
    bias: FeatureMatrix
    min_log_odds: float

    def __call__(self, features: tf.Tensor) -> tf.Tensor:
        """Returns the log odds of an adult (n,)."""
        z_scores = (tf.math.log1p(features) - self.mean) / self.std
        return (tf.matmul(z_scores, self.kernel) + self.bias)[:, 0]

    @property
    def arrays(self) -> list[FeatureMatrix]:
        return [self.mean, self.std, self.kernel, self.bias]


def train_population_detector(
    extract: FeatureExtractor, children: Pixels, adults: Pixels, *, seed: int
) -> PopulationDetector:
    """Trains on whole films (n, 224, 224) of either population, each as it is and varied.

    It does not learn films of children that look like adults' to a detector without their group.
    The limit follows from films of adults, each scored by a detector without its group.
    """
    populations = (children, adults)
    child_views, adult_views = (_extract_views(extract, each, seed=seed) for each in populations)
    child_groups, adult_groups = (_find_groups(each, seed=seed) for each in populations)
    scores = _score_left_out(child_views, child_groups, lambda views: _fit(views, adult_views))[0]
    is_like = scores <= max(0.0, np.quantile(scores, 1 - _MAX_UNLIKE_SHARE))
    like_views = child_views[:, is_like]
    adult_scores = _score_left_out(adult_views, adult_groups, lambda views: _fit(like_views, views))
    scaler, model = _fit(like_views, adult_views)
    arrays = (scaler.mean_, scaler.scale_, model.coef_.T, model.intercept_)
    mean, std, kernel, bias = (np.asarray(array, np.float32) for array in arrays)
    return PopulationDetector(mean, std, kernel, bias, choose_min_adult_log_odds(adult_scores))


def choose_min_adult_log_odds(adults: Scores) -> float:
    """Returns how far from 0 the log odds of an adult must be before they count.

    `adults` are those of adults' films that the detector has not seen. An adult who is taken for a
    child gets a wrong answer; a child whose film is unclear is answered once the age is entered.
    """
    return max(0.0, -float(np.quantile(adults, MAX_MISTAKEN_SHARE)))


def _extract_views(extract: FeatureExtractor, films: Pixels, *, seed: int) -> Views:
    varied = augment_pixels(films, WIDE_AUGMENTATION, seed=seed)
    return np.stack([np.log1p(extract(each)) for each in (films, varied)])


def _find_groups(films: Pixels, *, seed: int) -> Clusters:
    traces = measure_traces(films)
    return find_clusters(traces, traces, seed=seed)


def _score_left_out(views: Views, groups: Clusters, fit: Callable[[Views], Pipeline]) -> Scores:
    """Returns scores (2, n): those of each group are of the model that `fit` makes without it."""
    scores = np.empty(views.shape[:2])
    for group in np.unique(groups):
        is_out = groups == group
        model = fit(views[:, ~is_out])
        scores[:, is_out] = [model.decision_function(each[is_out]) for each in views]
    return scores


def _fit(children: Views, adults: Views) -> Pipeline:
    features = np.concatenate([*children, *adults])
    is_adult = np.repeat([False, True], [2 * children.shape[1], 2 * adults.shape[1]])
    model = LogisticRegression(C=_C, max_iter=1000, class_weight="balanced")
    return make_pipeline(StandardScaler(), model).fit(features, is_adult)
