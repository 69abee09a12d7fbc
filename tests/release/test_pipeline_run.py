"""On this machine the pipeline trains, and registers or refuses by the same limit and words."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from release import local_pipeline, pipeline
from release.pipeline_steps import CHECK_AUC, REFUSE, REGISTER, TRAIN, arrange, list_refusal
from tests.command_fork import run_in_fork
from tests.conftest import ROOT
from tests.release.stage import SDK_IMPORTS, Stage
from training.artefact.model_folder import read_model_folder
from training.model_auc import read_model_auc

MODEL = Path("build", "jobs", "smoke", "model")
OPTIONS = ("run", "--recipe", "smoke", "--set", "epochs=1")


def test_a_model_is_trained_here_and_registered(
    stage: Stage, drawn_data: Path, tmp_path: Path
) -> None:
    result = run_in_fork(
        "training.pipeline",
        [*OPTIONS, "--data", str(drawn_data), "--min-auc", "0"],
        environment={**os.environ, "PYTHONPATH": str(ROOT)},
        folder=tmp_path,
        imports=SDK_IMPORTS,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    model, auc = read_model_folder(tmp_path / MODEL), read_model_auc(tmp_path / MODEL)
    steps = [line for line in result.stdout.splitlines() if line.startswith((TRAIN, CHECK_AUC))]
    assert steps == [
        "Train: a job on this machine",
        f"CheckAuc: {auc} on validation, and the limit is 0.0",
    ]
    # The line by which SageMaker would have read the same figure.
    assert f"\nmodel_auc {auc}\n" in result.stdout
    assert f"{model.version} is registered in dev: PendingManualApproval" in result.stdout
    assert stage.package(model.version)["ModelApprovalStatus"] == "PendingManualApproval"
    assert len(stage.objects(f"models/{model.version}/")) == 3


@pytest.fixture
def model(smoke: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model that the step of the training makes."""
    monkeypatch.setattr(local_pipeline, "run_locally", lambda *words, first_model: smoke)
    return smoke


def run_here(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["pipeline", *OPTIONS, *map(str, words)])
    return pipeline.main(lambda data: None)


def test_a_model_below_the_limit_is_refused_in_the_words_of_sagemaker(
    stage: Stage, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    auc = read_model_auc(model)
    monkeypatch.setattr(local_pipeline, "read_model_auc", lambda folder: auc - 0.001)
    assert run_here(monkeypatch, "--min-auc", auc) == 1
    words = " ".join(map(str, list_refusal(auc - 0.001, auc)))
    assert capsys.readouterr().out.splitlines()[-1] == words
    assert stage.objects("models/") == {}
    assert stage.sagemaker_requests("CreateModelPackage") == []


def test_a_model_at_the_limit_is_registered(
    stage: Stage, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_here(monkeypatch, "--min-auc", read_model_auc(model)) == 0
    assert stage.package(read_model_folder(model).version)


class Names:
    """Steps that only add their names to those before."""

    def __init__(self, *, is_good: bool) -> None:
        self._is_good = is_good

    def train(self) -> list[str]:
        return [TRAIN]

    def check_auc(
        self,
        model: list[str],
        *,
        good: Callable[[list[str]], Any],
        bad: Callable[[list[str]], Any],
    ) -> Any:
        return (good if self._is_good else bad)([*model, CHECK_AUC])

    def register(self, model: list[str]) -> list[str]:
        return [*model, REGISTER]

    def refuse(self, model: list[str]) -> list[str]:
        return [*model, REFUSE]


def test_the_order_is_one_for_both() -> None:
    assert arrange(Names(is_good=True)) == ["Train", "CheckAuc", "Register"]
    assert arrange(Names(is_good=False)) == ["Train", "CheckAuc", "Refuse"]
