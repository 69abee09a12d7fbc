"""`training.tune` trains its trials here, or has them trained by jobs, and never on a test film."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collection.check import check_before_training
from release import tune
from tests.release.stage import Stage
from training import container
from training.container import build_options
from training.data.manifest import FOLDER

TuneHere = Callable[..., tuple[int, str, str]]

SPACE = {"learning_rate", "dropout", "augmentation.noise"}


@pytest.fixture
def data(drawn_data: Path, tmp_path: Path) -> Path:
    """The drawn data set, of whose test films no byte can be read."""
    folder = tmp_path / "data"
    shutil.copytree(drawn_data, folder)
    for film in (folder / FOLDER / "test").rglob("*.png"):
        film.write_bytes(b"")
    return folder


@pytest.fixture
def tune_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> TuneHere:
    """Runs the command in this process; returns its exit status, stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        out = ["--out", str(tmp_path / "tuning"), "--cache", str(tmp_path / "cache")]
        monkeypatch.setattr(sys, "argv", ["training.tune", *arguments, *out])
        monkeypatch.setenv("COLUMNS", "200")
        try:
            status = tune.main(check_before_training)
        except SystemExit as error:
            status = int(str(error.code))
        return status, *capfd.readouterr()

    return run


def test_trials_are_trained_and_the_best_one_is_named(
    data: Path, tmp_path: Path, tune_here: TuneHere
) -> None:
    arguments = ["--recipe", "smoke", "--data", str(data), "--set", "epochs=1"]
    status, output, error = tune_here(*arguments, "--trials", "1")
    assert status == 0, output + error
    assert "No trial is better than the recipe's own settings." in output
    status, output, error = tune_here(*arguments, "--trials", "2")
    assert status == 0, output + error
    assert "trial 0 " not in output.split("trials, by validation loss")[0]
    losses = dict(re.findall(r"│ (\d+) +│ (0\.\d{6}) +│", output))
    assert losses.keys() == {"0", "1"}
    for number, loss in losses.items():
        [log] = tmp_path.glob(f"tuning/smoke-*/trial-{number}.log")
        assert re.findall(r" validation_loss (0\.\d{6})", log.read_text()) == [loss]
    best = min(losses, key=lambda number: float(losses[number]))
    [weights] = tmp_path.glob("tuning/smoke-*/trial-*/trained.npz")
    assert weights.parent.name == f"trial-{best}"


def test_a_recipe_that_cannot_be_trained_ends_the_search(data: Path, tune_here: TuneHere) -> None:
    for film in (data / FOLDER / "train").rglob("*.png"):
        film.write_bytes(b"")
    status, output, error = tune_here("--recipe", "smoke", "--data", str(data), "--trials", "5")
    assert status == 2
    assert "The recipe's own settings cannot be trained: " in error
    assert "trial 1 " not in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--recipe", "joint"], "The recipe joint has no search space"),
        (["--recipe", "head", "--parallel", "2"], "name a stage by --stage"),
        (["--recipe", "smoke", "--warm-start", "nowhere"], "nowhere"),
        (["--recipe", "head", "--spot"], "name a stage by --stage"),
        (["--recipe", "head", "--data", "s3://models/training/x"], "name a stage by --stage"),
        (["--recipe", "head", "--trials", "0"], "'0' is not a whole number from 1 to"),
        (["--recipe", "smoke", "--data", "nowhere"], "No data set in nowhere"),
    ],
)
def test_a_search_that_cannot_start_is_refused(
    tune_here: TuneHere, arguments: list[str], message: str
) -> None:
    status, _, error = tune_here(*arguments)
    assert status == 2
    assert message in error


def _tune_by_jobs(
    stage: Stage, drawn_data: Path, folder: Path, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    data = ["--data", str(drawn_data), "--out", str(folder)]
    return stage.run("tune", "--recipe", "smoke", "--stage", "dev", *data, *arguments)


def _settings(job: dict[str, Any]) -> dict[str, str]:
    settings: dict[str, str] = json.loads(job["HyperParameters"]["settings"])
    return settings


def test_each_trial_is_a_job_and_the_loss_is_its_final_metric(
    stage: Stage, drawn_data: Path, tmp_path: Path
) -> None:
    stage.job_metrics.extend([{"best_loss": 0.5}, {"best_loss": 0.25}])
    stage.job_metrics.extend(["AlgorithmError: killed", {}])
    arguments = ["--trials", "4", "--parallel", "3", "--set", "epochs=3"]
    result = _tune_by_jobs(stage, drawn_data, tmp_path, *arguments)
    assert result.returncode == 0, result.stderr
    jobs = stage.sagemaker_requests("CreateTrainingJob")
    assert [_settings(job).keys() - {"epochs"} for job in jobs] == [SPACE] * 4
    assert {_settings(job)["epochs"] for job in jobs} == {"3"}
    outcomes = re.findall(r"^trial \d \(\d of 4\): (\S+)", result.stdout, re.MULTILINE)
    assert outcomes == ["0.500000", "0.250000", "failed", "failed"]
    assert "Failed. AlgorithmError: killed" in result.stdout
    assert "The job has no metric best_loss." in result.stdout
    options = " ".join(f"--set {name}={text}" for name, text in _settings(jobs[1]).items())
    assert f"The best settings: {options}" in result.stdout
    assert "python -m training.launch --recipe smoke" in result.stdout


def test_a_job_of_a_trial_learns_only(stage: Stage, drawn_data: Path, tmp_path: Path) -> None:
    stage.job_metrics.append({"best_loss": 0.5})
    _tune_by_jobs(stage, drawn_data, tmp_path, "--trials", "1")
    [job] = stage.sagemaker_requests("CreateTrainingJob")
    environment = {
        "SM_HPS": json.dumps(job["HyperParameters"]),
        "SM_MODEL_DIR": "/opt/ml/model",
        f"SM_CHANNEL_{FOLDER.upper()}": f"/opt/ml/input/data/{FOLDER}",
        "XRAY_CHECKPOINTS": "/opt/ml/checkpoints",
    }
    assert build_options(environment)[-1] == "--only-learn"


@pytest.mark.parametrize("only_learn", [True, False])
def test_a_job_evaluates_its_model_and_a_trial_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, only_learn: bool
) -> None:
    """Training and evaluation are stubs: which of them a job reaches is all that counts here."""
    evaluations: list[Path] = []
    monkeypatch.setattr(container, "run", lambda options: None)
    monkeypatch.setattr(
        container, "measure_test_figures", lambda model, **options: evaluations.append(model)
    )
    monkeypatch.setattr(container, "read_model_auc", lambda model: 0.99)
    hyperparameters = container.build_hyperparameters("smoke", {}, only_learn=only_learn)
    for name, value in {
        "SM_HPS": json.dumps(hyperparameters),
        "SM_MODEL_DIR": str(tmp_path),
        f"SM_CHANNEL_{FOLDER.upper()}": str(tmp_path / FOLDER),
        "XRAY_CHECKPOINTS": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    assert container.main() == 0
    assert evaluations == ([] if only_learn else [tmp_path])


def test_the_same_command_starts_no_job_again(
    stage: Stage, drawn_data: Path, tmp_path: Path
) -> None:
    stage.job_metrics.extend({"best_loss": loss} for loss in (0.5, 0.6, 0.4))
    for trials in ("2", "2", "3"):
        result = _tune_by_jobs(stage, drawn_data, tmp_path, "--trials", trials)
        assert result.returncode == 0, result.stderr
    assert len(stage.sagemaker_requests("CreateTrainingJob")) == 3


def test_a_job_that_an_earlier_command_has_started_is_waited_for(
    stage: Stage, drawn_data: Path, tmp_path: Path
) -> None:
    stage.job_metrics.append({"best_loss": 0.5})
    _tune_by_jobs(stage, drawn_data, tmp_path, "--trials", "1")
    [job] = stage.sagemaker_requests("CreateTrainingJob")
    [study] = tmp_path.glob("smoke-*/study.db")
    with sqlite3.connect(study) as database:  # As it was before the job had ended.
        database.execute("UPDATE trials SET state = 'RUNNING', datetime_complete = NULL")
        database.execute("DELETE FROM trial_values")
    database.close()
    again = _tune_by_jobs(stage, drawn_data, tmp_path, "--trials", "1")
    assert again.returncode == 0, again.stderr
    assert len(stage.sagemaker_requests("CreateTrainingJob")) == 1
    assert "trial 0 (1 of 1): 0.500000" in again.stdout
    assert job["TrainingJobName"] in again.stdout
