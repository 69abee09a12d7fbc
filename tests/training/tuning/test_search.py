"""A search asks and tells: it goes on where it ended, and keeps what became of each trial.

The loss is a formula here; trials that train are in test_local_trials.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from optuna.trial import Trial, TrialState
from rich.console import Console

from training.tuning.search import Search, open_search, read_reason
from training.tuning.search_report import build_search_table, format_options
from training.tuning.search_space import Range, TuningError, format_settings

RANGES = (Range("learning_rate", 1e-5, 1e-1, is_log=True), Range("augmentation.noise", 0.0, 0.1))
OWN = {"learning_rate": 2e-4, "augmentation.noise": 0.055}


@contextmanager
def _open(folder: Path, *, trials: int = 8, seed: int = 0) -> Iterator[Search]:
    with open_search(folder, RANGES, recipe_values=OWN, trials=trials, seed=seed) as search:
        yield search


def _loss(trial: Trial) -> float:
    return float(trial.params["augmentation.noise"])


def _run(folder: Path, *, trials: int, seed: int = 0) -> list[dict[str, float]]:
    """Runs to the end; returns the settings of all trials."""
    with _open(folder, trials=trials, seed=seed) as search:
        while trial := search.ask():
            search.end(trial, _loss(trial))
        return [each.params for each in search.finished]


def test_the_first_trial_has_the_settings_of_the_recipe(tmp_path: Path) -> None:
    settings = _run(tmp_path, trials=6)
    assert settings[0] == OWN
    assert len({each["learning_rate"] for each in settings}) == 6
    for values in settings:
        assert all(each.low <= values[each.name] <= each.high for each in RANGES)


def test_a_search_that_goes_on_makes_the_trials_of_one_that_was_not_stopped(tmp_path: Path) -> None:
    whole = _run(tmp_path / "whole", trials=7)
    _run(tmp_path / "parts", trials=3)
    assert _run(tmp_path / "parts", trials=7) == whole
    assert _run(tmp_path / "parts", trials=7) == whole
    assert _run(tmp_path / "other", trials=7, seed=100) != whole


def test_a_trial_that_was_interrupted_is_asked_again_with_its_settings(tmp_path: Path) -> None:
    with _open(tmp_path) as search:
        search.ask()
        first = search.ask()
        assert first is not None
        settings = first.params
    with _open(tmp_path, trials=2) as search:
        again = [search.ask(), search.ask()]
        assert [trial and trial.number for trial in again] == [0, 1]
        assert again[1] is not None
        assert again[1].params == settings
        assert search.ask() is None


def test_trials_without_a_loss_are_kept_and_never_the_best(tmp_path: Path) -> None:
    with _open(tmp_path, trials=3) as search:
        for outcome in ("fail", "prune", "end"):
            trial = search.ask()
            assert trial is not None
            if outcome == "fail":
                search.fail(trial, "The loss of epoch 1 is NaN or infinite.")
            elif outcome == "prune":
                search.prune(trial)
            else:
                search.end(trial, 0.25)
        states = [TrialState.FAIL, TrialState.PRUNED, TrialState.COMPLETE]
        assert [each.state for each in search.finished] == states
        assert read_reason(search.finished[0]) == "The loss of epoch 1 is NaN or infinite."
        assert search.best is not None
        assert search.best.number == 2
        rows = _read_rows(search)
    assert [row[:2] for row in rows] == [["2", "0.250000"], ["0", "failed"], ["1", "pruned"]]
    assert rows[1][2].startswith("learning_rate=0.0002 augmentation.noise=0.055")
    assert rows[1][-1] == "the recipe's own settings; The loss of epoch 1 is NaN or infinite."


def test_no_setting_is_cut_off_on_a_narrow_terminal(tmp_path: Path) -> None:
    with _open(tmp_path, trials=1) as search:
        trial = search.ask()
        assert trial is not None
        search.fail(trial, "The loss of epoch 1 is NaN or infinite.")
        console = Console(width=70, file=io.StringIO(), record=True)
        console.print(build_search_table(search.finished))
    assert "…" not in console.export_text()


def _read_rows(search: Search) -> list[list[str]]:
    table = build_search_table(search.finished)
    columns = [[str(cell) for cell in column.cells] for column in table.columns]
    return [list(cells) for cells in zip(*columns, strict=True)]


def test_a_trial_that_is_worse_than_the_median_of_five_ends_early(tmp_path: Path) -> None:
    with _open(tmp_path, trials=7) as search:
        for _ in range(5):
            trial = search.ask()
            assert trial is not None
            for epoch in range(1, 9):
                trial.report(0.5, epoch)
                assert not trial.should_prune()
            search.end(trial, 0.5)
        for loss, is_pruned in ((0.9, True), (0.4, False)):
            trial = search.ask()
            assert trial is not None
            for epoch in range(1, 9):
                trial.report(loss, epoch)
            assert bool(trial.should_prune()) is is_pruned
            search.prune(trial)


def test_two_commands_do_not_share_a_search(tmp_path: Path) -> None:
    with (
        _open(tmp_path),
        pytest.raises(TuningError, match="Another command searches in"),
        _open(tmp_path),
    ):
        pass


def test_settings_are_written_as_a_trial_has_them() -> None:
    settings = format_settings({"learning_rate": 0.000123456, "augmentation.noise": 0.0})
    assert settings == {"learning_rate": "0.0001235", "augmentation.noise": "0"}
    assert format_options(settings) == "--set learning_rate=0.0001235 --set augmentation.noise=0"
