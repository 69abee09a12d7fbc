"""The training loop: early stopping at the best validation loss, and a checkpoint at any step.

The batches of an epoch follow from the seed and the epoch alone, and dropout's random numbers are
variables of the model, so a run that was killed ends as one that was not.
"""

import math
from pathlib import Path

import keras
import tensorflow as tf
from rich.progress import track

from training.data.batches import Batches
from training.errors import TrainingError
from training.fit.checkpoint import Arrays, Checkpoints, Progress, Snapshot
from training.recipes import Recipe


class DivergedError(TrainingError):
    """The loss has left the numbers, and no weights of the run can be trusted."""


# About a minute of work on two cores; a checkpoint of the whole network is some 170 MB.
_STEPS_BETWEEN = 75

# Weights that 10,000 steps have seen, in the original system's schedule.
_STAIR, _STAIR_HEIGHT = 10_000, 0.95

# The first tenth of the steps warms up from a twentieth of the learning rate.
_WARM_UP, _COLD = 0.1, 0.05

# A batch whose gradient is longer is one with a mistaken label more often than one to follow.
_LONGEST_GRADIENT = 5.0


class TrainingLoop:
    """One run over `model` (pictures -> logit); `run` leaves it at its best epoch."""

    def __init__(
        self,
        model: keras.Model,
        train: Batches,
        validation: Batches,
        *,
        recipe: Recipe,
        checkpoints: Checkpoints,
        logs: Path | None = None,
    ) -> None:
        self._model, self._recipe = model, recipe
        self._train, self._validation = train, validation
        self._checkpoints = checkpoints
        self._logs = tf.summary.create_file_writer(str(logs)) if logs else None
        model.compile(
            optimizer=optimizer(recipe, steps=train.steps),
            loss=keras.losses.BinaryCrossentropy(from_logits=True),
            jit_compile=False,
        )
        model.optimizer.build(model.trainable_variables)
        self._progress = Progress()
        self._best: Arrays = model.get_weights()

    def run(self) -> None:
        self._resume()
        while not self._progress.is_over:
            self._epoch()
        self._model.set_weights(self._best)

    def _epoch(self) -> None:
        at = self._progress
        batches = track(
            self._train.epoch(at.epoch, first=at.step).as_numpy_iterator(),
            total=self._train.steps - at.step,
            description=f"epoch {at.epoch + 1} of {self._recipe.epochs}",
        )
        for pictures, labels, weights in batches:
            # Each batch's own loss: Keras would give the mean since the epoch began.
            self._model.reset_metrics()
            at.loss_sum += float(self._model.train_on_batch(pictures, labels, weights))
            at.step += 1
            if at.step % _STEPS_BETWEEN == 0 and at.step < self._train.steps:
                self._save()
        self._judge(loss=at.loss_sum / self._train.steps)
        self._save()

    def _judge(self, *, loss: float) -> None:
        """The end of an epoch, as Keras's early stopping decides it."""
        at = self._progress
        raw = self._model.get_weights()
        # With averaging, the averages are the weights that answer.
        self._model.optimizer.finalize_variable_values(self._model.trainable_variables)
        validation_loss = float(
            self._model.evaluate(
                self._validation.part.pictures,
                self._validation.part.labels[:, None],
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
        self._log(at.history[-1])
        at.epoch, at.step, at.loss_sum = at.epoch + 1, 0, 0.0
        # The form that training.container reads metrics by.
        print(f"epoch {at.epoch} loss {loss:.9f} validation_loss {validation_loss:.9f}", flush=True)
        if validation_loss < at.best_loss:
            at.best_loss, at.waited = validation_loss, 0
            self._best = self._model.get_weights()
        else:
            at.waited += 1
        at.is_over = at.waited >= self._recipe.patience or at.epoch >= self._recipe.epochs
        self._model.set_weights(raw)

    def _log(self, figures: dict[str, float]) -> None:
        """For TensorBoard."""
        if self._logs is not None:
            with self._logs.as_default(step=self._progress.epoch):
                for name, value in figures.items():
                    tf.summary.scalar(name, value)
            self._logs.flush()

    def _variables(self) -> list[keras.Variable]:
        """Weights, dropout's random state, the optimiser's moments and averages."""
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


def optimizer(recipe: Recipe, *, steps: int) -> keras.optimizers.Optimizer:
    """Adam with the recipe's schedule, decay and averaging; `steps` are those of an epoch."""
    total = steps * recipe.epochs
    warm = round(_WARM_UP * total)
    schedule = (
        keras.optimizers.schedules.CosineDecay(
            _COLD * recipe.learning_rate,
            max(1, total - warm),
            warmup_target=recipe.learning_rate,
            warmup_steps=warm,
        )
        if recipe.schedule == "cosine"
        else keras.optimizers.schedules.ExponentialDecay(
            recipe.learning_rate, _STAIR, _STAIR_HEIGHT, staircase=True
        )
    )
    return keras.optimizers.AdamW(
        schedule,
        weight_decay=recipe.weight_decay,
        global_clipnorm=_LONGEST_GRADIENT,
        use_ema=recipe.averaging > 0,
        ema_momentum=recipe.averaging or 0.99,
    )
