"""The validation loss by which the best epoch is chosen: that of the worst group of films."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from training.data.acquisition_clusters import Clusters, list_groups
from training.data.examples import Images
from training.value_types import Labels, Weights


@dataclass(frozen=True, eq=False)
class Validation:
    """`clusters` (n,) are groups of the same acquisition."""

    images: Images
    labels: Labels
    weights: Weights
    clusters: Clusters

    def loss(self, logits: NDArray[np.float32]) -> float:
        """The largest mean log loss of all films and of each group with enough of either class."""
        groups = list_groups(self.clusters, self.labels)
        with np.errstate(invalid="ignore"):  # The training loop refuses a loss that is no number.
            losses = np.logaddexp(0, logits.astype(np.float64)) - self.labels * logits
        return max(
            float(np.average(losses[group], weights=self.weights[group])) for group in groups
        )

    def auc(self, logits: NDArray[np.float32]) -> float:
        """The area under the ROC curve of all films, which have both classes."""
        return float(roc_auc_score(self.labels, logits))
