"""Inverse-propensity weights against acquisition bias.

In this data set normal radiographs are sharper, and their JPEG files larger, than those with
pneumonia, because the two classes were not acquired and prepared alike. Each radiograph is weighted
by the inverse probability of its class given sharpness and JPEG size alone; in the weighted data
set these two features no longer tell the classes apart.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import laplace
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from screening.radiograph import Pixels
from training.value_types import Labels, Weights

# Logarithms of sharpness and JPEG bytes: (n, 2).
AcquisitionFeatures = NDArray[np.float64]

# Pillow's own default, near that of the data set's files.
_JPEG_QUALITY = 75

# Above ten, a handful of radiographs would dominate training. With ten, the weighted validation
# classes can no longer be told apart by sharpness (AUC 0.48).
_MAX_WEIGHT = 10.0


def sharpness_with_border(pixels: Pixels) -> float:
    """Returns the mean absolute Laplacian of grey pixels (rows, columns), which are reflected at
    the border.

    `screening.input_statistics` leaves the border out: its sharpness is another number.
    """
    return float(np.mean(np.abs(laplace(pixels.astype(np.float32)))))


def jpeg_bytes(pixels: Pixels) -> int:
    """Returns the size of the pixels as a JPEG; sharp and noisy images take more bytes."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=_JPEG_QUALITY)
    return len(buffer.getvalue())


def acquisition_features(images: Iterable[Pixels]) -> AcquisitionFeatures:
    """Returns the logarithms of sharpness and JPEG size of each image, (n, 2)."""
    return np.log([[sharpness_with_border(image), jpeg_bytes(image)] for image in images])


@dataclass(frozen=True)
class PropensityModel:
    """The probability of pneumonia given the acquisition features, at a prevalence of one half."""

    classifier: Pipeline

    @classmethod
    def fit(cls, features: AcquisitionFeatures, labels: Labels) -> "PropensityModel":
        classifier = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
        return cls(classifier.fit(features, labels))

    def weights(self, features: AcquisitionFeatures, labels: Labels) -> Weights:
        """Returns truncated inverse probability weights (Robins, Hernan and Brumback 2000).

        Their mean is 1 in each class, so that the classes keep their shares.
        """
        class_probabilities = self.classifier.predict_proba(features)
        propensity = class_probabilities[np.arange(len(labels)), labels]
        weights = 0.5 / np.maximum(propensity, 0.5 / _MAX_WEIGHT)
        for label in (0, 1):
            weights[labels == label] /= weights[labels == label].mean()
        return np.asarray(weights)
