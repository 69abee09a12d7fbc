"""Measures a training step that augments in its graph against one fed by `tf.data`, in turns.

`python -m benchmarks.training_step [--recipe default] [--data FOLDER] [--turns 5]`. Images are
random. A turn is an epoch of 12 batches or fewer; its start counts too.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import keras
import numpy as np

from training.data.batches import Batches
from training.data.examples import Examples
from training.fit.compiled_step import CompiledStep, has_gpu
from training.fit.losses import build_losses
from training.fit.optimizer import build_optimizer
from training.fit.precision import set_fastest_precision
from training.model.trainable_model import build_model
from training.recipes import RECIPES

_STEPS = 12


def main() -> int:
    """Prints the median seconds of a step in both ways, and their ratio."""
    arguments = _parser().parse_args()
    recipe = RECIPES[arguments.recipe]
    precision = set_fastest_precision()
    count = _STEPS * recipe.batch_size
    images = np.random.default_rng(0).uniform(0, 255, (count, *[recipe.image_size] * 2, 1))
    examples = Examples(images.astype(np.float16), np.arange(count) % 2, np.ones(count))
    batches = Batches(examples, recipe)
    model, other = (_compile(batches, arguments.data) for _ in range(2))
    step = CompiledStep(other, batches, jit_compile=has_gpu())

    def train_by_batches(epoch: int) -> None:
        for images, labels, weights in batches.epoch(epoch).as_numpy_iterator():
            model.train_on_batch(images, labels, weights, return_dict=True)

    def train_in_graph(epoch: int) -> None:
        losses = [step(rows) for rows in batches.rows(epoch)]
        # Waits for the device.
        float(losses[-1])

    for train in (train_by_batches, train_in_graph):
        train(0)
    turns = [
        (_measure(train_by_batches, epoch), _measure(train_in_graph, epoch))
        for epoch in range(1, arguments.turns + 1)
    ]
    plain, compiled = (median(seconds) / batches.steps for seconds in zip(*turns, strict=True))
    print(f"{recipe.name} {precision} tf.data {plain:.3f} s  compiled {compiled:.3f} s", end="  ")
    print(f"compiled / tf.data {compiled / plain:.2f}")
    return 0


def _compile(batches: Batches, data: Path) -> keras.Model:
    model = build_model(batches.recipe, data)
    optimizer = build_optimizer(batches.recipe, steps_per_epoch=batches.steps)
    model.compile(optimizer=optimizer, **build_losses(batches.recipe), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def _measure(train: Callable[[int], None], epoch: int) -> float:
    start = time.perf_counter()
    train(epoch)
    return time.perf_counter() - start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training_step", description=__doc__)
    parser.add_argument("--recipe", choices=("default", "original", "smoke"), default="default")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--turns", type=int, default=5)
    return parser


if __name__ == "__main__":
    sys.exit(main())
