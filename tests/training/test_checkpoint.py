"""A run that is killed goes on as if it had not been: the same curve, the same weights."""

import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.training.a_run import BATCHES
from training.checkpoint import CheckpointError, Checkpoints, Progress, Snapshot, forget, run_of
from training.recipes import BASELINE


def _run(folder: Path, name: str, *, killed_after: int = 0) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            sys.executable,
            str(ROOT / "tests/training/a_run.py"),
            str(folder / name),
            str(folder / f"{name}.npz"),
            str(killed_after),
        ],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def _curve(*runs: "subprocess.CompletedProcess[str]") -> list[str]:
    lines = [line for run in runs for line in run.stdout.splitlines()]
    return [line for line in lines if line.startswith("epoch ")]


# 56 is the 26th batch of the second of epochs of 30: one after a checkpoint within the epoch.
@pytest.mark.parametrize("step", [56, random.randrange(1, BATCHES)], ids=["within", "random"])
def test_a_run_that_is_killed_ends_as_one_that_was_not(tmp_path: Path, step: int) -> None:
    print(f"killed after {step} batches")
    whole = _run(tmp_path, "whole")
    killed = _run(tmp_path, "killed", killed_after=step)
    resumed = _run(tmp_path, "killed")
    assert whole.returncode == resumed.returncode == 0, whole.stderr + resumed.stderr
    assert killed.returncode == -signal.SIGKILL
    assert len(_curve(whole)) > 1
    if step == 56:
        assert "going on at epoch 2, step 25" in resumed.stdout
    assert _curve(killed, resumed) == _curve(whole)
    with np.load(tmp_path / "whole.npz") as one, np.load(tmp_path / "killed.npz") as other:
        assert all(np.array_equal(one[name], other[name]) for name in one)


SNAPSHOT = Snapshot(
    Progress(epoch=3, step=7, loss_sum=1.5, history=[{"loss": 0.25}]),
    variables=[np.arange(3, dtype=np.float32)],
    best=[np.ones((2, 2), np.float32)],
)


def _kept(folder: Path, snapshots: int = 1) -> Checkpoints:
    checkpoints = Checkpoints(folder, run="a run")
    for epoch in range(snapshots):
        checkpoints.save(replace(SNAPSHOT, progress=replace(SNAPSHOT.progress, epoch=epoch)))
    return checkpoints


def test_a_checkpoint_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    Checkpoints(tmp_path, run="a run").save(SNAPSHOT)
    latest = Checkpoints(tmp_path, run="a run").latest()
    assert latest is not None
    assert latest.progress == SNAPSHOT.progress
    assert latest.variables[0].tolist() == [0, 1, 2]
    assert latest.best[0].tolist() == [[1, 1], [1, 1]]


def test_of_many_checkpoints_the_last_two_are_kept(tmp_path: Path) -> None:
    latest = _kept(tmp_path, 5).latest()
    assert len(list(tmp_path.iterdir())) == 2
    assert latest is not None
    assert latest.progress.epoch == 4


@pytest.mark.parametrize("kept_bytes", [0, 100, 500])
def test_a_torn_checkpoint_gives_way_to_the_one_before(tmp_path: Path, kept_bytes: int) -> None:
    checkpoints = _kept(tmp_path, 2)
    last = max(tmp_path.iterdir())
    last.write_bytes(last.read_bytes()[:kept_bytes])
    latest = checkpoints.latest()
    assert latest is not None
    assert latest.progress.epoch == 0


def test_nothing_is_gone_on_with_where_nothing_was_kept(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path / "new", run="a run").latest() is None


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    _kept(tmp_path)
    with pytest.raises(CheckpointError, match=r"of another run: .*--checkpoints"):
        Checkpoints(tmp_path, run="another run").latest()


def test_a_number_or_a_picture_more_is_another_run() -> None:
    features = [np.zeros((3, 8), np.float32)]
    runs = {
        run_of(BASELINE, features),
        run_of(replace(BASELINE, epochs=3), features),
        run_of(BASELINE, [np.zeros((4, 8), np.float32)]),
    }
    assert len(runs) == 3


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    from training.fit import DivergedError, Fit, Weighted
    from training.head import build_head
    from training.recipes import SMOKE

    recipe = replace(SMOKE, head_units=(4,))
    head = build_head(3, recipe)
    head.compile(optimizer="adam", loss="binary_crossentropy")
    part = (np.full((8, 3), np.nan, np.float32), np.array([0, 1] * 4))
    weighted = Weighted.of(part, np.ones(2))
    checkpoints = Checkpoints(tmp_path, run="a run")
    with pytest.raises(DivergedError, match="is no number"):
        Fit(head, weighted, weighted, recipe=recipe, checkpoints=checkpoints).run()


def test_only_checkpoints_are_forgotten(tmp_path: Path) -> None:
    _kept(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    forget(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
