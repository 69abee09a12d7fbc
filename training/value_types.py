"""Types of the arrays and metric tables that the packages of `training` pass to each other."""

import numpy as np
from numpy.typing import NDArray

# All (n,), one value per radiograph; a label is 1 for pneumonia and 0 for normal.
Labels = NDArray[np.int64]
Logits = NDArray[np.float64]
Probabilities = NDArray[np.float64]
Scores = NDArray[np.float64]
Weights = NDArray[np.float64]

# Which radiographs belong to a group.
Members = NDArray[np.bool_]

# A metric's value, and the two ends of its 95 % interval, by the metric's name.
Metrics = dict[str, float]
Intervals = dict[str, list[float]]

# (rows, columns): where the lungs are.
Mask = NDArray[np.bool_]
