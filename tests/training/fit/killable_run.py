"""Trains the toy network: `killable_run.py CHECKPOINTS WEIGHTS KILLED_AFTER [compiled]`.

With KILLED_AFTER above 0 the process kills itself after that many batches, as if the machine had
stopped.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from training.data.batches import Batches
from training.data.examples import Examples
from training.fit.checkpoint import Checkpoints
from training.fit.compiled_step import CompiledStep
from training.fit.training_loop import TrainingLoop
from training.fit.validation import Validation
from training.model.trainable_model import build_model
from training.recipes import SMOKE

# A hundred batches an epoch: the run writes checkpoints within an epoch too.
RECIPE = replace(SMOKE, image_size=56, balance="weights", epochs=3, batch_size=2, patience=2)
BATCHES = 3 * 100


def main() -> None:
    checkpoints, weights, killed_after = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    is_compiled = sys.argv[4:] == ["compiled"]
    keras.utils.set_random_seed(RECIPE.seed)
    tf.config.experimental.enable_op_determinism()
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 260)
    images = rng.uniform(0, 200, (260, 56, 56, 1)).astype(np.float16)
    images[:, 28:] += 50 * labels[:, np.newaxis, np.newaxis, np.newaxis]
    model = build_model(RECIPE, Path())
    batches_left = killed_after

    def kill_after(train: Callable[..., Any]) -> Callable[..., Any]:
        def train_and_kill(*batch: Any, **options: Any) -> Any:
            nonlocal batches_left
            loss = train(*batch, **options)
            batches_left -= 1
            if batches_left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return loss

        return train_and_kill

    model.train_on_batch = kill_after(model.train_on_batch)
    CompiledStep.__call__ = kill_after(CompiledStep.__call__)  # type: ignore[method-assign]
    TrainingLoop(
        model,
        Batches(Examples(images[:200], labels[:200], np.ones(200)), RECIPE),
        Validation(images[200:], labels[200:], np.ones(60), np.zeros(60, np.int64)),
        recipe=RECIPE,
        checkpoints=Checkpoints(checkpoints, run="a run"),
        is_compiled=is_compiled,
    ).run()
    np.savez(weights, *model.get_weights())


if __name__ == "__main__":
    main()
