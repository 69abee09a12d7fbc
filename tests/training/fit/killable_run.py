"""Trains the toy network on drawn pictures: `a_run.py CHECKPOINTS WEIGHTS KILLED_AFTER`.

With KILLED_AFTER above 0 the process kills itself, as a machine that goes away would, once it has
learnt that many batches.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from training.data.batches import Batches
from training.data.examples import Examples
from training.fit.checkpoint import Checkpoints
from training.fit.train_network import build_model
from training.fit.training_loop import TrainingLoop
from training.recipes import SMOKE

# A hundred batches an epoch: the run saves within an epoch, too.
RECIPE = replace(SMOKE, side=56, balance="weights", epochs=3, batch_size=2, patience=2)
BATCHES = 3 * 100


def main() -> None:
    checkpoints, weights, killed_after = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    keras.utils.set_random_seed(RECIPE.seed)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 260)
    pictures = rng.uniform(0, 200, (260, 56, 56, 1)).astype(np.float16)
    pictures[:, 28:] += 50 * labels[:, np.newaxis, np.newaxis, np.newaxis]
    model = build_model(RECIPE, Path())
    learn, left = model.train_on_batch, killed_after

    def killed(*batch: Any) -> Any:
        nonlocal left
        loss = learn(*batch)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return loss

    model.train_on_batch = killed
    TrainingLoop(
        model,
        Batches(Examples(pictures[:200], labels[:200], np.ones(200)), RECIPE),
        Batches(Examples(pictures[200:], labels[200:], np.ones(60)), RECIPE),
        recipe=RECIPE,
        checkpoints=Checkpoints(checkpoints, run="a run"),
    ).run()
    np.savez(weights, *model.get_weights())


if __name__ == "__main__":
    main()
