"""Groups radiographs by how they were acquired, without a look at lungs or labels.

The data set does not name the machines. Their traces differ: sharpness at each scale, black
borders, clipped white. A random validation set has the same mixture of machines as the train set,
so its mean hides a machine on which the network is wrong; the worst group does not.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from screening.radiograph import Pixels
from training.value_types import Labels, Members

Clusters = NDArray[np.int64]
Traces = NDArray[np.float64]

_CLUSTERS = 5
_SCALES = (1, 2, 4, 8)
# Pixels at the borders that collimation and scanners blacken.
_BORDER = 6
_BLACK, _WHITE = 12, 250
# Films of each class that a group needs, so that its log loss says something.
_MIN_FILMS_PER_CLASS = 25


def measure_traces(images: Iterable[Pixels]) -> Traces:
    """Returns the traces of the acquisition of images (224, 224), (n, 8)."""
    return np.array([_measure(image.astype(np.float32)) for image in images])


def find_clusters(train: Traces, validation: Traces, *, seed: int) -> Clusters:
    """Returns the group of each validation image, by groups found in the train set."""
    model = make_pipeline(StandardScaler(), KMeans(_CLUSTERS, n_init=10, random_state=seed))
    return np.asarray(model.fit(train).predict(validation), np.int64)


def list_groups(clusters: Clusters, labels: Labels) -> list[Members]:
    """Returns the members (n,) of each group with enough films of either class, all films first."""
    groups = [clusters == cluster for cluster in np.unique(clusters)]
    return [
        np.ones(len(labels), np.bool_),
        *(
            members
            for members in groups
            if np.bincount(labels[members], minlength=2).min() >= _MIN_FILMS_PER_CLASS
        ),
    ]


def _measure(grey: NDArray[np.float32]) -> list[float]:
    traces, coarser = [], grey
    for scale in _SCALES:
        finer, coarser = coarser, gaussian_filter(grey, scale)
        traces.append(float(np.log(np.abs(finer - coarser).mean() + 0.1)))
    border = np.ones(grey.shape, np.bool_)
    border[_BORDER:-_BORDER, _BORDER:-_BORDER] = False
    shares = (grey[border] < _BLACK, grey < _BLACK, grey > _WHITE)
    return [*traces, *(float(share.mean()) for share in shares), float(np.percentile(grey, 99))]
