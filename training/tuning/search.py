"""The trials of a search in Optuna's study, a file of sqlite that a later command goes on with.

The first trial has the recipe's own settings, so the table says what the search has gained. The
draws of a trial follow from the seed and its number: a search that was stopped and goes on makes
the same trials.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from training.tuning.search_space import Range, TuningError

# The trials that end before any is pruned, Optuna's own default, and before any draw follows from
# the losses: one for each two settings of the largest space.
_FIRST_TRIALS = 5
# Early epochs say little: the learning rate has hardly fallen.
_EPOCHS_BEFORE_PRUNING = 4
_REASON, _JOB = "reason", "job"


class Search:
    """A study with up to `trials` trials; `ask` returns the next one, `end` and its siblings tell
    its outcome.
    """

    def __init__(
        self, study: optuna.Study, ranges: Sequence[Range], *, trials: int, seed: int
    ) -> None:
        self._study, self._ranges, self._trials, self._seed = study, ranges, trials, seed
        running = study.get_trials(states=(TrialState.RUNNING,))
        self._interrupted = [Trial(study, trial._trial_id) for trial in running]

    @property
    def finished(self) -> list[FrozenTrial]:
        """All trials with an outcome, in their order."""
        return [trial for trial in self._study.trials if trial.state.is_finished()]

    @property
    def best(self) -> FrozenTrial | None:
        ended = [trial for trial in self.finished if trial.state == TrialState.COMPLETE]
        return min(ended, key=lambda trial: trial.values[0], default=None)

    def ask(self) -> Trial | None:
        """Returns a trial that was interrupted, else a new one, or None once there are enough."""
        trial = self._interrupted.pop(0) if self._interrupted else self._begin()
        if trial:
            for each in self._ranges:
                trial.suggest_float(each.name, each.low, each.high, log=each.is_log)
        return trial

    def _begin(self) -> Trial | None:
        begun = [trial for trial in self._study.trials if trial.state != TrialState.WAITING]
        if len(begun) >= self._trials:
            return None
        self._study.sampler = optuna.samplers.TPESampler(
            seed=self._seed + len(begun), n_startup_trials=_FIRST_TRIALS, constant_liar=True
        )
        return self._study.ask()

    def end(self, trial: Trial, loss: float) -> None:
        self._study.tell(trial, loss)

    def prune(self, trial: Trial) -> None:
        self._study.tell(trial, state=TrialState.PRUNED)

    def fail(self, trial: Trial, reason: str) -> None:
        trial.set_user_attr(_REASON, reason)
        self._study.tell(trial, state=TrialState.FAIL)


@contextmanager
def open_search(
    folder: Path,
    ranges: Sequence[Range],
    *,
    recipe_values: dict[str, float],
    trials: int,
    seed: int,
) -> Iterator[Search]:
    """Opens the study in `folder`, or begins one. Raises TuningError while another command uses it.

    The operating system releases the lock when the process ends, even if it is killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with (folder / "search.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TuningError(f"Another command searches in {folder}. Wait for it.") from error
        study = optuna.create_study(
            storage=f"sqlite:///{folder / 'study.db'}",
            study_name=folder.name,
            direction="minimize",
            pruner=optuna.pruners.MedianPruner(_FIRST_TRIALS, _EPOCHS_BEFORE_PRUNING),
            load_if_exists=True,
        )
        if not study.trials:
            study.enqueue_trial(recipe_values)
        yield Search(study, ranges, trials=trials, seed=seed)


def read_reason(trial: FrozenTrial) -> str:
    """Why a trial has failed, or nothing."""
    return str(trial.user_attrs.get(_REASON, ""))


def read_job(trial: Trial | FrozenTrial) -> str:
    """The name of the training job of a trial, or nothing."""
    return str(trial.user_attrs.get(_JOB, ""))


def write_job(trial: Trial, name: str) -> None:
    trial.set_user_attr(_JOB, name)
