"""A job that SageMaker accepts also runs: its channels and its own start script make a model."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from screening.card import read_card
from tests.release.rehearsal import Container
from tests.release.stage import Stage, start_stage
from tests.smoke_run import DESCRIPTION
from training.artefact.model_folder import read_model_folder
from training.commit import read_commit
from training.data.manifest import DESCRIPTION_FILE, FOLDER
from training.log_metrics import METRICS

SETTINGS = ("--set", "epochs=1", "--set", "augmentation.noise=0.02")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def job(stage: Stage, drawn_data: Path, smoke: Path) -> dict[str, Any]:
    """The request for a job that starts from a trained model, as SageMaker receives it."""
    options = ("--data", str(drawn_data), "--warm-start", str(smoke), *SETTINGS)
    launch = stage.run("launch", "--recipe", "smoke", *options)
    assert launch.returncode == 0, launch.stderr
    [request] = stage.sagemaker_requests("CreateTrainingJob")
    return request


def test_the_start_script_of_a_job_makes_a_whole_model(
    stage: Stage, job: dict[str, Any], smoke: Path, tmp_path: Path
) -> None:
    container = Container(stage, job, tmp_path)
    result = container.run()
    assert result.returncode == 0, result.stdout[-4000:]
    model = read_model_folder(container.model)
    assert read_card(container.model / "model_card.json").model_version == model.version
    assert model.card["recipe"]["epochs"] == 1
    assert model.card["recipe"]["augmentation"]["noise"] == 0.02
    assert model.card["data"]["credit"] == DESCRIPTION["credit"]
    assert model.card["provenance"]["warm_start"] == read_model_folder(smoke).version
    assert model.card["provenance"]["export"]["commit"] == read_commit()
    assert "Training Container Execution Completed" in result.stdout
    assert all(re.search(regex, result.stdout) for regex in METRICS.values())


def test_a_job_that_cannot_train_tells_sagemaker_why(
    stage: Stage, job: dict[str, Any], tmp_path: Path
) -> None:
    container = Container(stage, job, tmp_path)
    about = container.channel(FOLDER) / DESCRIPTION_FILE
    about.unlink()
    assert container.run().returncode
    assert container.failure.read_text().startswith(f"{about} is missing, and the model card")
