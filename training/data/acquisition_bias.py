"""What the way a picture was taken says of its class, and the weights that silence it.

In this data set normal radiographs are sharper, and their JPEG files larger, than those with
pneumonia: the two classes were not taken and prepared alike. Weighted by the inverse of what their
acquisition alone gives each radiograph's class, both classes look as if they had been.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import laplace
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from screening.radiograph import Pixels
from training.fit.calibration import Labels

# Logarithms of sharpness and JPEG bytes: (n, 2).
AcquisitionFeatures = NDArray[np.float64]

# Pillow's own default, near that of the data set's files.
_JPEG_QUALITY = 75

# A radiograph counts ten times at most: above, a handful would be the whole training part
# (validation: the weighted classes can no longer be told apart by sharpness, AUC 0.48).
_MOST = 10.0


def sharpness(pixels: Pixels) -> float:
    """The mean absolute Laplacian of grey pixels (rows, columns)."""
    return float(np.mean(np.abs(laplace(pixels.astype(np.float32)))))


def jpeg_bytes(pixels: Pixels) -> int:
    """The size of these pixels as a JPEG: sharp and noisy pictures take more."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, format="JPEG", quality=_JPEG_QUALITY)
    return len(content.getvalue())


def acquisition_features(pictures: Iterable[Pixels]) -> AcquisitionFeatures:
    return np.log([[sharpness(one), jpeg_bytes(one)] for one in pictures])


@dataclass(frozen=True)
class PropensityModel:
    """The probability of pneumonia by the acquisition alone, in a half-and-half population."""

    model: Any

    @classmethod
    def of(cls, seen: AcquisitionFeatures, labels: Labels) -> "PropensityModel":
        model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
        return cls(model.fit(seen, labels))

    def weights(self, seen: AcquisitionFeatures, labels: Labels) -> NDArray[np.float64]:
        """Inverse probability weights (Robins, Hernan and Brumback 2000), truncated; their mean
        is 1 in each class, so that the classes keep their shares.
        """
        of_truth = self.model.predict_proba(seen)[np.arange(len(labels)), labels]
        weights = 0.5 / np.maximum(of_truth, 0.5 / _MOST)
        for label in (0, 1):
            weights[labels == label] /= weights[labels == label].mean()
        return np.asarray(weights)
