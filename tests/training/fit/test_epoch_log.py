"""Each epoch is a line that SageMaker's expressions read, and a point of each curve."""

import re
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training.fit.epoch_log import EpochLog
from training.log_metrics import BEST_LOSS, METRICS, MODEL_AUC

_FIGURES = {
    "loss": 0.123456789012,
    "validation_loss": 2.5e-4,
    "validation_auc": 0.98765,
    "learning_rate": 1e-05,
    "images_per_second": 41.26,
}


def test_the_line_of_an_epoch_has_every_metric_of_the_job(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    EpochLog(tmp_path).write(2, _FIGURES)
    line = capsys.readouterr().out
    assert line == (
        "epoch 3 loss 0.123456789 validation_loss 0.000250000 validation_auc 0.98765 "
        "learning_rate 1e-05 images_per_second 41.3\n"
    )
    assert METRICS.keys() - {BEST_LOSS, MODEL_AUC} == _FIGURES.keys()
    values = {name: re.search(METRICS[name], line) for name in _FIGURES}
    for name, match in values.items():
        assert match is not None
        assert float(match[1]) == pytest.approx(_FIGURES[name], rel=1e-2)


def test_tensorboard_has_a_curve_of_each_figure(tmp_path: Path) -> None:
    log = EpochLog(tmp_path)
    for epoch in range(2):
        log.write(epoch, {name: value + epoch for name, value in _FIGURES.items()})
    curves = EventAccumulator(str(tmp_path), size_guidance={"tensors": 0})
    curves.Reload()
    assert set(curves.Tags()["tensors"]) == _FIGURES.keys()
    assert [event.step for event in curves.Tensors("validation_auc")] == [0, 1]


def test_without_a_folder_there_is_only_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    EpochLog(None).write(0, {"loss": 1.0})
    assert capsys.readouterr().out == "epoch 1 loss 1.000000000\n"
