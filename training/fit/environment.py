"""What a run is made with: commit, versions of the libraries, and hardware."""

import platform

import keras
import numpy as np
import sklearn
import tensorflow as tf

from training.commit import read_commit
from training.fit.hardware import read_hardware

Environment = dict[str, str | None]


def read_environment() -> Environment:
    """Returns the fields of the model card: nothing in them names a person, a machine or a folder.

    `commit` is None where there is no repository.
    """
    return {
        "commit": read_commit(),
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "numpy": np.__version__,
        "scikit_learn": sklearn.__version__,
        "hardware": read_hardware(),
    }
