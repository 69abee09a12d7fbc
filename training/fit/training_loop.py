"""The training loop: early stopping at the best validation loss, and a checkpoint at any step.

A recipe with adults has no early stopping and keeps its last epoch: the validation loss is that of
children's films, and adults, whose outputs start from nothing, take longer.

The batches of an epoch follow from the seed and the epoch alone, and dropout's random numbers are
variables of the model, so a run that was killed ends exactly as one that was not.
"""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from rich.progress import track

from training.data.batches import BatchRows
from training.errors import TrainingError
from training.fit.checkpoint import Arrays, Checkpoints, Progress, Snapshot
from training.fit.compiled_step import CompiledStep, has_gpu
from training.fit.device_memory import explain_exhausted_memory
from training.fit.environment import read_environment
from training.fit.epoch_log import EpochLog
from training.fit.losses import build_losses
from training.fit.optimizer import build_optimizer
from training.fit.validation import Validation
from training.recipe import Recipe


class DivergedError(TrainingError):
    """The loss is NaN or infinite; discard the weights."""


# About a minute of work on two cores; a checkpoint of the whole network is some 170 MB.
_STEPS_BETWEEN_CHECKPOINTS = 75


class TrainingBatches(Protocol):
    """`epoch` yields (images, targets, weights) of each batch, from batch `first` on; `build` makes
    the same of each of `rows`.
    """

    @property
    def steps(self) -> int: ...

    def epoch(self, epoch: int, *, first: int = 0) -> tf.data.Dataset: ...

    def rows(self, epoch: int, *, first: int = 0) -> Iterator[BatchRows]: ...

    def build(self, number: tf.Tensor, rows: tuple[tf.Tensor, ...]) -> tuple[Any, Any, Any]: ...


class TrainingLoop:
    """One run over a model of `build_model`; `run` leaves it with the weights of the best epoch, or
    with adults of the last one.

    `logs` is a folder for TensorBoard. With `is_compiled` a batch is augmented inside the graph of
    the training step, which needs the TensorFlow backend (`training.fit.compiled_step`).
    """

    def __init__(
        self,
        model: keras.Model,
        train: TrainingBatches,
        validation: Validation,
        *,
        recipe: Recipe,
        checkpoints: Checkpoints,
        logs: Path | None = None,
        is_compiled: bool = False,
    ) -> None:
        self._model, self._recipe = model, recipe
        self._train, self._validation = train, validation
        self._checkpoints = checkpoints
        self._log = EpochLog(logs)
        model.compile(
            optimizer=build_optimizer(recipe, steps_per_epoch=train.steps),
            **build_losses(recipe),
            jit_compile=False,
        )
        model.optimizer.build(model.trainable_variables)
        self._compiled_step = (
            CompiledStep(model, train, jit_compile=has_gpu()) if is_compiled else None
        )
        self._progress = Progress()
        self._best_weights: Arrays = model.get_weights()
        self._counted_until = 0.0

    def run(self) -> Progress:
        """Trains from the latest checkpoint to the end, and returns where it ended.

        Raises DivergedError, CheckpointError and MemoryExhaustedError.
        """
        self._resume()
        environment = read_environment()
        if not self._progress.is_over and environment not in self._progress.environments:
            self._progress.environments.append(environment)
        self._counted_until = time.monotonic()
        with explain_exhausted_memory(self._recipe.batch_size):
            while not self._progress.is_over:
                self._train_epoch()
        self._model.set_weights(self._best_weights)
        return self._progress

    def _train_epoch(self) -> None:
        progress = self._progress
        started, first_step = time.monotonic(), progress.step
        steps = track(
            self._compiled_steps() if self._compiled_step else self._steps(),
            total=self._train.steps - progress.step,
            description=f"epoch {progress.epoch + 1} of {self._recipe.epochs}",
        )
        # Read where a checkpoint needs them: reading waits for the device.
        losses: list[Any] = []
        for loss in steps:
            losses.append(loss)
            progress.step += 1
            if (
                progress.step % _STEPS_BETWEEN_CHECKPOINTS == 0
                and progress.step < self._train.steps
            ):
                self._add_losses(losses)
                self._write_checkpoint()
        self._add_losses(losses)
        # As if the last batch had the size of the others.
        image_count = (progress.step - first_step) * self._recipe.batch_size
        self._end_epoch(
            loss=progress.loss_sum / self._train.steps,
            images_per_second=image_count / (time.monotonic() - started),
        )
        self._write_checkpoint()

    def _steps(self) -> Iterator[Any]:
        """Trains on the rest of the epoch, and yields the loss of each batch."""
        progress = self._progress
        dataset = self._train.epoch(progress.epoch, first=progress.step)
        for images, targets, weights in dataset.as_numpy_iterator():
            # Keras would return the mean loss since the epoch began, not that of this batch.
            self._model.reset_metrics()
            losses = self._model.train_on_batch(images, targets, weights, return_dict=True)
            yield losses["loss"]

    def _compiled_steps(self) -> Iterator[Any]:
        assert self._compiled_step is not None
        yield from map(
            self._compiled_step,
            self._train.rows(self._progress.epoch, first=self._progress.step),
        )

    def _add_losses(self, losses: list[Any]) -> None:
        """Adds them one by one, in their order, as a run that is resumed does."""
        for loss in losses:
            self._progress.loss_sum += float(loss)
        losses.clear()

    def _end_epoch(self, *, loss: float, images_per_second: float) -> None:
        """Validates, and decides on early stopping by the rules of Keras's callback."""
        progress = self._progress
        raw_weights = self._model.get_weights()
        # With a moving average, the averaged weights are validated and released.
        self._model.optimizer.finalize_variable_values(self._model.trainable_variables)
        learning_rate = float(self._model.optimizer.learning_rate)
        logits = self._predict_validation()
        validation_loss = self._validation.loss(logits)
        if not math.isfinite(loss + validation_loss):
            raise DivergedError(
                f"The loss of epoch {progress.epoch + 1} is NaN or infinite. Take a smaller "
                "learning_rate."
            )
        # Not the speed, which differs between two runs with the same curve.
        progress.history.append(
            {
                "loss": loss,
                "validation_loss": validation_loss,
                "validation_auc": self._validation.auc(logits),
                "learning_rate": learning_rate,
            }
        )
        speed = {"images_per_second": images_per_second}
        self._log.write(progress.epoch, progress.history[-1] | speed)
        progress.epoch, progress.step, progress.loss_sum = progress.epoch + 1, 0, 0.0
        if validation_loss < progress.best_loss or self._recipe.adults:
            progress.best_loss, progress.waited = validation_loss, 0
            self._best_weights = self._model.get_weights()
        else:
            progress.waited += 1
        is_last = progress.epoch >= self._recipe.epochs
        progress.is_over = is_last or progress.waited >= self._recipe.patience
        self._model.set_weights(raw_weights)

    def _predict_validation(self) -> NDArray[np.float32]:
        """Returns the logits of pneumonia (n,) of the validation films."""
        images, batch_size = self._validation.images, self._recipe.batch_size
        outputs = self._model.predict(images, batch_size=batch_size, verbose=0)
        logits = outputs["logit"] if isinstance(outputs, dict) else outputs
        return np.asarray(logits[:, 0])

    def _variables(self) -> list[keras.Variable]:
        """Returns the weights, dropout's random state, the optimiser's moments and averages."""
        return [*self._model.variables, *self._model.optimizer.variables]

    def _write_checkpoint(self) -> None:
        now = time.monotonic()
        self._progress.seconds += now - self._counted_until
        self._counted_until = now
        variables = [variable.numpy() for variable in self._variables()]
        self._checkpoints.write(Snapshot(self._progress, variables, self._best_weights))

    def _resume(self) -> None:
        snapshot = self._checkpoints.read_latest()
        if snapshot is None:
            return
        for variable, value in zip(self._variables(), snapshot.variables, strict=True):
            variable.assign(value)
        self._progress, self._best_weights = snapshot.progress, snapshot.best
        epoch, step = snapshot.progress.epoch + 1, snapshot.progress.step
        print(f"going on at epoch {epoch}, step {step}", flush=True)
