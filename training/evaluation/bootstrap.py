"""Bootstrap samples of patients, and percentile intervals."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from training.value_types import Labels

_INTERVAL_PERCENTILES = (2.5, 97.5)

Value = TypeVar("Value")


def bootstrap(
    measure: Callable[[NDArray[np.int64]], Value],
    labels: Labels,
    *,
    patients: Sequence[str],
    resamples: int,
    seed: int,
) -> list[Value]:
    """Returns what `measure` gives for the indices of each bootstrap sample.

    Patients are drawn, not radiographs: those of one patient are alike, and drawing them singly
    would make the intervals too narrow. A sample that lacks one of the classes is drawn again.
    """
    members: defaultdict[str, list[int]] = defaultdict(list)
    for index, patient in enumerate(patients):
        members[patient].append(index)
    groups = [np.array(indices) for indices in members.values()]
    rng = np.random.default_rng(seed)
    values: list[Value] = []
    while len(values) < resamples:
        draw = rng.integers(len(groups), size=len(groups))
        sample = np.concatenate([groups[index] for index in draw])
        if len(np.unique(labels[sample])) == 2:
            values.append(measure(sample))
    return values


def percentile_interval(values: Sequence[float]) -> list[float]:
    """Returns the two ends of the 95 % interval; a value that is no number does not count."""
    return [float(end) for end in np.nanpercentile(values, _INTERVAL_PERCENTILES)]
