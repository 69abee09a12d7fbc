"""Trains a head on drawn features: `a_run.py CHECKPOINTS WEIGHTS KILLED_AFTER`.

With KILLED_AFTER above 0 the process kills itself, as a machine that goes away would, once it has
learnt that many batches.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from training.fit import Fit
from training.head import train_head
from training.recipes import SMOKE

# Thirty batches an epoch: the run saves within an epoch, too.
RECIPE = replace(SMOKE, epochs=4, batch_size=10, patience=2)
BATCHES = 4 * 30


def main() -> None:
    checkpoints, weights, killed_after = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    keras.utils.set_random_seed(RECIPE.seed)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400)
    features = (rng.normal(size=(400, 8)) + labels[:, np.newaxis]).astype(np.float32)
    learn, left = Fit._learn, killed_after

    def killed(self: Fit, chosen: np.ndarray) -> float:
        nonlocal left
        loss = learn(self, chosen)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return loss

    Fit._learn = killed
    head = train_head(
        (features[:300], labels[:300]),
        (features[300:], labels[300:]),
        recipe=RECIPE,
        checkpoints=checkpoints,
    )
    np.savez(weights, *head.get_weights())


if __name__ == "__main__":
    main()
