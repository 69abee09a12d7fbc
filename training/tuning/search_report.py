"""The trials of a search as a table, and the best settings as options to copy."""

import shlex
from collections.abc import Mapping, Sequence

from optuna.trial import FrozenTrial, TrialState
from rich.table import Table

from training.tuning.search import read_job, read_reason
from training.tuning.search_space import format_settings

_OUTCOMES = {TrialState.PRUNED: "pruned", TrialState.FAIL: "failed"}


def build_search_table(trials: Sequence[FrozenTrial]) -> Table:
    """One row for each trial, the lowest loss first and those without one last."""
    table = Table(title="trials, by validation loss", title_justify="left")
    for name in ("trial", "validation loss", "settings", "remark"):
        table.add_column(name, overflow="fold")
    for trial in sorted(trials, key=_order):
        values = format_settings(trial.params)
        settings = " ".join(f"{name}={value}" for name, value in values.items())
        table.add_row(str(trial.number), describe_outcome(trial), settings, _describe_remark(trial))
    return table


def describe_outcome(trial: FrozenTrial) -> str:
    """The loss of a trial, or why it has none."""
    return _OUTCOMES.get(trial.state) or f"{trial.values[0]:.6f}"


def list_options(settings: Mapping[str, str]) -> list[str]:
    """Settings as the words of a command line."""
    return [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]


def format_options(settings: Mapping[str, str]) -> str:
    """Settings as a person copies them into a shell."""
    return shlex.join(list_options(settings))


def _describe_remark(trial: FrozenTrial) -> str:
    own = "the recipe's own settings" if trial.number == 0 else ""
    return "; ".join(filter(None, (own, read_job(trial), read_reason(trial))))


def _order(trial: FrozenTrial) -> tuple[bool, float, int]:
    has_loss = trial.state == TrialState.COMPLETE
    return not has_loss, trial.values[0] if has_loss else 0.0, trial.number
