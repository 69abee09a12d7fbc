"""The training loop: early stopping at the best validation loss, and a checkpoint at any step.

The order of an epoch's batches follows from the seed and the epoch alone, and dropout's random
numbers are variables of the model, so a run that was killed ends as one that was not.
"""

import math
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from training.checkpoint import Arrays, Checkpoints, Progress, Snapshot
from training.errors import TrainingError
from training.recipes import Recipe


class DivergedError(TrainingError):
    """The loss has left the numbers, and no weights of the run can be trusted."""


# Seconds of work on any machine, and a file of a few megabytes.
_STEPS_BETWEEN = 25


@dataclass(frozen=True, eq=False)
class Weighted:
    """Features (n, channels), labels (n, 1) and the weight of each (n,)."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    weights: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        part: tuple[NDArray[np.float32], NDArray[np.int64]],
        balance: NDArray[np.float64],
    ) -> "Weighted":
        features, labels = part
        return cls(features, labels[:, np.newaxis], balance[labels])


class Fit:
    """One run over a compiled model; `run` leaves it at its best epoch."""

    def __init__(
        self,
        model: keras.Model,
        train: Weighted,
        validation: Weighted,
        *,
        recipe: Recipe,
        checkpoints: Checkpoints,
    ) -> None:
        self._model, self._recipe = model, recipe
        self._train, self._validation = train, validation
        self._checkpoints = checkpoints
        model.optimizer.build(model.trainable_variables)
        self._progress = Progress()
        self._best: Arrays = model.get_weights()

    def run(self) -> None:
        self._resume()
        while not self._progress.is_over:
            self._epoch()
        self._model.set_weights(self._best)

    def _epoch(self) -> None:
        at, size = self._progress, self._recipe.batch_size
        order = np.random.default_rng([self._recipe.seed, at.epoch]).permutation(
            len(self._train.labels)
        )
        steps = -(-len(order) // size)
        while at.step < steps:
            chosen = order[at.step * size : (at.step + 1) * size]
            at.loss_sum += self._learn(chosen)
            at.step += 1
            if at.step % _STEPS_BETWEEN == 0 and at.step < steps:
                self._save()
        self._judge(loss=at.loss_sum / steps)
        self._save()

    def _learn(self, chosen: NDArray[np.int64]) -> float:
        # Each batch's own loss: Keras would give the mean since the epoch began, or since a resume.
        self._model.reset_metrics()
        return float(
            self._model.train_on_batch(
                self._train.features[chosen],
                self._train.labels[chosen],
                sample_weight=self._train.weights[chosen],
            )
        )

    def _judge(self, *, loss: float) -> None:
        """The end of an epoch, as Keras's early stopping decides it."""
        at = self._progress
        validation_loss = float(
            self._model.evaluate(
                self._validation.features,
                self._validation.labels,
                sample_weight=self._validation.weights,
                batch_size=self._recipe.batch_size,
                verbose=0,
            )
        )
        if not math.isfinite(loss + validation_loss):
            raise DivergedError(
                f"The loss of epoch {at.epoch + 1} is no number. Take a smaller learning_rate."
            )
        at.history.append({"loss": loss, "validation_loss": validation_loss})
        at.epoch, at.step, at.loss_sum = at.epoch + 1, 0, 0.0
        # The form that training.container reads metrics by.
        print(f"epoch {at.epoch} loss {loss:.9f} validation_loss {validation_loss:.9f}", flush=True)
        if validation_loss < at.best_loss:
            at.best_loss, at.waited = validation_loss, 0
            self._best = self._model.get_weights()
        else:
            at.waited += 1
        at.is_over = at.waited >= self._recipe.patience or at.epoch >= self._recipe.epochs

    def _variables(self) -> list[keras.Variable]:
        """Weights, batch norm's averages, dropout's random state, the optimiser's moments."""
        return [*self._model.variables, *self._model.optimizer.variables]

    def _save(self) -> None:
        variables = [variable.numpy() for variable in self._variables()]
        self._checkpoints.save(Snapshot(self._progress, variables, self._best))

    def _resume(self) -> None:
        kept = self._checkpoints.latest()
        if kept is None:
            return
        for variable, value in zip(self._variables(), kept.variables, strict=True):
            variable.assign(value)
        self._progress, self._best = kept.progress, kept.best
        print(f"going on at epoch {kept.progress.epoch + 1}, step {kept.progress.step}", flush=True)
