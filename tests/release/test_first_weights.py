"""A job begins with the weights of its data, or with the released model."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.release.job_channels import WEIGHTS, list_channels
from tests.release.stage import Stage, start_stage
from training.artefact.model_folder import read_model_folder
from training.container import FIRST_MODEL, build_options
from training.data.manifest import FOLDER
from training.first_model import RELEASED_MODEL


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


def test_a_job_whose_data_have_no_weights_gets_the_released_model(
    stage: Stage, drawn_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    result = stage.run("launch", "--recipe", "default", "--data", str(tmp_path))
    assert result.returncode == 0, result.stderr
    released = read_model_folder(RELEASED_MODEL)
    assert f"the first weights are those of the released model, {released.version}." in (
        result.stdout
    )
    channels = list_channels(stage.sagemaker_requests("CreateTrainingJob")[-1])
    assert channels.keys() == {FOLDER, FIRST_MODEL, "code", "sm_drivers"}
    prefix = channels[FIRST_MODEL].removeprefix("s3://models/")
    names = {key.removeprefix(prefix) for key in stage.objects(prefix)}
    assert names == {
        path.relative_to(RELEASED_MODEL).as_posix()
        for path in RELEASED_MODEL.rglob("*")
        if path.is_file()
    }
    environment = {
        "SM_HPS": json.dumps({"recipe": "default"}),
        "SM_MODEL_DIR": "/opt/ml/model",
        f"SM_CHANNEL_{FOLDER.upper()}": f"/opt/ml/input/data/{FOLDER}",
        "SM_CHANNEL_FIRST_MODEL": "/opt/ml/input/data/first_model",
        "XRAY_CHECKPOINTS": "/opt/ml/checkpoints",
    }
    assert build_options(environment)[-2:] == ["--warm-start", "/opt/ml/input/data/first_model"]


@pytest.mark.parametrize(
    ("objects", "channel"),
    [((), FIRST_MODEL), ((f"training/data/ours/{WEIGHTS}",), "weights")],
)
def test_weights_are_looked_for_in_the_data_in_s3(
    stage: Stage, objects: tuple[str, ...], channel: str
) -> None:
    for key in objects:
        stage.client("s3").put_object(Bucket="models", Key=key, Body=b"weights")
    data = "s3://models/training/data/ours/"
    result = stage.run("launch", "--recipe", "default", "--data", data)
    assert result.returncode == 0, result.stderr
    channels = list_channels(stage.sagemaker_requests("CreateTrainingJob")[-1])
    assert channels.keys() == {FOLDER, channel, "code", "sm_drivers"}
    assert channels[FOLDER] == f"{data}{FOLDER}/"
