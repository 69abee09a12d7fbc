"""The duration of a training is that of all its runs, without work that a kill has lost."""

import platform
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.data.batches import Batches
from training.data.examples import Examples
from training.fit import hardware
from training.fit.checkpoint import Checkpoints
from training.fit.hardware import read_hardware
from training.fit.training_loop import TrainingLoop
from training.fit.validation import Validation
from training.model.trainable_model import build_model
from training.recipes import SMOKE

# Two epochs of four batches.
RECIPE = replace(SMOKE, image_size=56, balance="weights", epochs=2, batch_size=2)


class Clock:
    """Each batch takes a second, and nothing else takes time."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def _build_loop(folder: Path, clock: Clock, *, batches: int) -> TrainingLoop:
    """A loop that is interrupted before the batch after the first `batches`."""
    images = np.random.default_rng(0).uniform(0, 255, (8, 56, 56, 1)).astype(np.float16)
    labels = np.array([0, 1] * 4)
    train = Batches(Examples(images, labels, np.ones(8)), RECIPE)
    validation = Validation(images, labels, np.ones(8), np.zeros(8, np.int64))
    model = build_model(RECIPE, Path())
    train_on_batch, count = model.train_on_batch, 0

    def train_for_a_second(*batch: Any, **options: Any) -> Any:
        nonlocal count
        if count == batches:
            raise KeyboardInterrupt
        count += 1
        clock.seconds += 1
        return train_on_batch(*batch, **options)

    model.train_on_batch = train_for_a_second
    checkpoints = Checkpoints(folder, run="a run")
    return TrainingLoop(model, train, validation, recipe=RECIPE, checkpoints=checkpoints)


def test_the_duration_is_the_sum_over_resumed_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("training.fit.training_loop.time.monotonic", clock)
    monkeypatch.setattr("training.fit.environment.read_hardware", lambda: "a GPU")
    with pytest.raises(KeyboardInterrupt):
        _build_loop(tmp_path, clock, batches=6).run()
    clock.seconds += 3_600
    monkeypatch.setattr("training.fit.environment.read_hardware", lambda: "another GPU")
    progress = _build_loop(tmp_path, clock, batches=4).run()
    # Four batches of each run: the last two of the first run were lost and done again.
    assert progress.seconds == 8
    assert [each["hardware"] for each in progress.environments] == ["a GPU", "another GPU"]
    # The machine that exports runs no batch.
    monkeypatch.setattr("training.fit.environment.read_hardware", lambda: "a processor")
    clock.seconds += 3_600
    again = _build_loop(tmp_path, clock, batches=0).run()
    assert (again.seconds, again.environments) == (8, progress.environments)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "processor : 0\nmodel name\t: A Processor @ 2 GHz\nmodel name\t: B\n",
            "A Processor @ 2 GHz",
        ),
        ("processor : 0\n", None),
        (None, None),
    ],
)
def test_the_processor_is_named_by_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, name: str | None
) -> None:
    if text is not None:
        (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(hardware, "_CPU_FILE", tmp_path / "cpuinfo")
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert read_hardware() == (name or "aarch64")
