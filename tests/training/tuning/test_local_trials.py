"""A trial on this machine ends with a loss, early, or with a reason, and leaves no weights behind.

The program that prints a log in place of `python -m training` is a stub: how epochs fall is its to
say. Trials that train are in tests/release/test_tune.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from optuna.trial import FrozenTrial, TrialState

from training.tuning import local_trials
from training.tuning.local_trials import find_checkpoints, run_trial
from training.tuning.search import Search, open_search, read_reason
from training.tuning.search_space import Range

RANGES = (Range("dropout", 0.0, 0.5),)
EPOCH = "epoch {} loss 0.5 validation_loss {} validation_auc 0.9 learning_rate 0.0001"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file whose lines are the program of the next trial."""
    path = tmp_path / "program.sh"
    path.touch()
    (runner := tmp_path / "runner.sh").write_text(f"#!/bin/sh\n. {path}\n")
    runner.chmod(0o755)
    monkeypatch.setattr(local_trials, "sys", SimpleNamespace(executable=str(runner)))
    return path


@contextmanager
def _open(folder: Path) -> Iterator[Search]:
    with open_search(folder, RANGES, recipe_values={"dropout": 0.3}, trials=9, seed=0) as search:
        yield search


def _run(search: Search, program: Path, *lines: str) -> FrozenTrial:
    program.write_text("\n".join(['for last; do :; done; mkdir -p "$last"', *lines]))
    trial = search.ask()
    assert trial is not None
    run_trial(search, trial, ["--recipe", "smoke"], folder=program.parent)
    return search.finished[-1]


def _echo(*losses: float) -> list[str]:
    return [f"echo {EPOCH.format(epoch, loss)}" for epoch, loss in enumerate(losses, start=1)]


def test_the_loss_of_a_trial_is_that_of_the_weights_that_it_keeps(
    tmp_path: Path, program: Path
) -> None:
    with _open(tmp_path) as search:
        ended = _run(search, program, *_echo(0.4, 0.3, 0.35), "echo best_loss 0.3")
        assert ended.values == [0.3]
        assert ended.intermediate_values == {1: 0.4, 2: 0.3, 3: 0.35}
        assert find_checkpoints(tmp_path, 0).is_dir()
        assert (tmp_path / "trial-0.log").read_text().endswith("best_loss 0.3\n")
        _run(search, program, *_echo(0.2), "echo best_loss 0.2")
        assert not find_checkpoints(tmp_path, 0).exists()
        assert find_checkpoints(tmp_path, 1).is_dir()


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["echo 'No data set in DATA.'", "exit 2"], "No data set in DATA."),
        (["exit 9"], "exit status 9"),
        (["kill -9 $$"], "exit status -9"),
        (["echo 'stopped half-way'"], "stopped half-way"),
    ],
)
def test_a_trial_that_fails_has_a_reason(
    tmp_path: Path, program: Path, lines: list[str], reason: str
) -> None:
    with _open(tmp_path) as search:
        failed = _run(search, program, *lines)
        assert (failed.state, read_reason(failed)) == (TrialState.FAIL, reason)
        assert not find_checkpoints(tmp_path, 0).exists()


def test_a_hopeless_trial_is_ended_and_a_good_one_is_not(tmp_path: Path, program: Path) -> None:
    with _open(tmp_path) as search:
        for _ in range(5):
            _run(search, program, *_echo(*[0.5] * 6), "echo best_loss 0.5")
        # Longer than a test may take: the process has to be ended.
        pruned = _run(search, program, *_echo(*[0.9] * 6), "exec sleep 1000")
        assert pruned.state == TrialState.PRUNED
        assert len(pruned.intermediate_values) < 6
        good = _run(search, program, *_echo(*[0.4] * 6), "echo best_loss 0.4")
        assert good.state == TrialState.COMPLETE


def test_a_trial_that_goes_on_reports_only_what_is_new(tmp_path: Path, program: Path) -> None:
    with _open(tmp_path) as search:
        trial = search.ask()
        assert trial is not None
        trial.report(0.4, 1)
    with _open(tmp_path) as search:
        ended = _run(search, program, *_echo(0.4, 0.3), "echo best_loss 0.3")
        assert ended.number == 0
        assert ended.intermediate_values == {1: 0.4, 2: 0.3}
