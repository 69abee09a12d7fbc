"""A run that is killed resumes with the same curve and ends with the same weights."""

import random
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.fit.curves import read_curve
from tests.training.fit.kill import run_and_kill
from tests.training.fit.killable_run import BATCHES
from training.fit.checkpoint import (
    CheckpointError,
    Checkpoints,
    Progress,
    Snapshot,
    remove_checkpoints,
    run_sha256,
)
from training.recipes import SMOKE


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> "tuple[Path, str]":
    """The weights of a run that nobody kills, and its output."""
    folder = tmp_path_factory.mktemp("complete")
    run = run_and_kill(folder, "complete")
    assert run.returncode == 0, run.stderr
    return folder / "complete.npz", run.stdout


# The 76th batch of the second of epochs of 100: one after a checkpoint within the epoch.
WITHIN_EPOCH = 176


def test_a_run_that_is_killed_twice_ends_as_one_that_was_not(
    tmp_path: Path, complete: "tuple[Path, str]"
) -> None:
    """First within an epoch, then after any batch of the rest."""
    step = random.randrange(1, BATCHES - WITHIN_EPOCH)
    print(f"killed after {WITHIN_EPOCH} batches, and after {step} more")
    weights, output = complete
    first_kill = run_and_kill(tmp_path, "killed", killed_after=WITHIN_EPOCH)
    second_kill = run_and_kill(tmp_path, "killed", killed_after=step)
    resumed = run_and_kill(tmp_path, "killed")
    assert resumed.returncode == 0, resumed.stderr
    assert first_kill.returncode == second_kill.returncode == -signal.SIGKILL
    assert "going on at epoch 2, step 75" in second_kill.stdout
    assert len(read_curve(output)) > 1
    assert read_curve(first_kill.stdout, second_kill.stdout, resumed.stdout) == read_curve(output)
    with np.load(weights) as first, np.load(tmp_path / "killed.npz") as second:
        assert all(np.array_equal(first[name], second[name]) for name in first)


SNAPSHOT = Snapshot(
    Progress(epoch=3, step=7, loss_sum=1.5, history=[{"loss": 0.25}]),
    variables=[np.arange(3, dtype=np.float32)],
    best=[np.ones((2, 2), np.float32)],
)


def _write_checkpoints(folder: Path, snapshots: int = 1) -> Checkpoints:
    checkpoints = Checkpoints(folder, run="a run")
    for epoch in range(snapshots):
        checkpoints.write(replace(SNAPSHOT, progress=replace(SNAPSHOT.progress, epoch=epoch)))
    return checkpoints


def test_a_checkpoint_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    Checkpoints(tmp_path, run="a run").write(SNAPSHOT)
    latest = Checkpoints(tmp_path, run="a run").read_latest()
    assert latest is not None
    assert latest.progress == SNAPSHOT.progress
    assert latest.variables[0].tolist() == [0, 1, 2]
    assert latest.best[0].tolist() == [[1, 1], [1, 1]]


def test_of_many_checkpoints_the_last_two_are_write_checkpoints(tmp_path: Path) -> None:
    latest = _write_checkpoints(tmp_path, 5).read_latest()
    assert len(list(tmp_path.iterdir())) == 2
    assert latest is not None
    assert latest.progress.epoch == 4


@pytest.mark.parametrize("length", [0, 100, 500])
def test_a_torn_checkpoint_gives_way_to_the_one_before(tmp_path: Path, length: int) -> None:
    checkpoints = _write_checkpoints(tmp_path, 2)
    last = max(tmp_path.iterdir())
    last.write_bytes(last.read_bytes()[:length])
    latest = checkpoints.read_latest()
    assert latest is not None
    assert latest.progress.epoch == 0


def test_nothing_is_gone_on_with_where_nothing_was_write_checkpoints(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path / "new", run="a run").read_latest() is None


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    _write_checkpoints(tmp_path)
    with pytest.raises(CheckpointError, match=r"of another run: .*--checkpoints"):
        Checkpoints(tmp_path, run="another run").read_latest()


def test_another_number_picture_or_first_weight_is_another_run() -> None:
    images = [np.zeros((3, 8), np.float16)]
    runs = {
        run_sha256(SMOKE, images, first_weights="a"),
        run_sha256(SMOKE, images, first_weights="b"),
        run_sha256(replace(SMOKE, epochs=3), images, first_weights="a"),
        run_sha256(SMOKE, [np.zeros((4, 8), np.float16)], first_weights="a"),
    }
    assert len(runs) == 4


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    from training.data.batches import Batches
    from training.data.examples import Examples
    from training.fit.training_loop import DivergedError, TrainingLoop
    from training.fit.validation import Validation
    from training.model.trainable_model import build_model

    recipe = replace(SMOKE, image_size=56, learning_rate=1e8, epochs=9)
    images = np.random.default_rng(0).uniform(0, 255, (8, 56, 56, 1)).astype(np.float16)
    images[0] = np.nan
    labels = np.array([0, 1] * 4)
    batches = Batches(Examples(images, labels, np.ones(8)), recipe)
    validation = Validation(images, labels, np.ones(8), np.zeros(8, np.int64))
    checkpoints = Checkpoints(tmp_path, run="a run")
    loop = TrainingLoop(
        build_model(recipe, Path()), batches, validation, recipe=recipe, checkpoints=checkpoints
    )
    with pytest.raises(DivergedError, match="is NaN or infinite"):
        loop.run()


def test_only_checkpoints_are_forgotten(tmp_path: Path) -> None:
    _write_checkpoints(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    remove_checkpoints(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
