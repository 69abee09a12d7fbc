"""A wrong option, a missing data set or a stage without a network is named, and no job begins."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.serialisation import serialise
from contracts.training import parameter_name
from tests.release.stage import ENVIRONMENT, Stage, start_stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


def test_a_stage_without_a_network_for_training_is_named(stage: Stage) -> None:
    environment = replace(ENVIRONMENT, subnets="")
    ssm, name = stage.client("ssm"), parameter_name("dev")
    ssm.put_parameter(Name=name, Value=json.dumps(serialise(environment)), Overwrite=True)
    refused = stage.run("launch", "--recipe", "smoke")
    ssm.put_parameter(Name=name, Value=json.dumps(serialise(ENVIRONMENT)), Overwrite=True)
    assert refused.returncode != 0
    assert "dev has no network for training jobs. Deploy it with the setting `training`" in (
        refused.stderr
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--set", "augmentation=0"],
            "A recipe has no setting 'augmentation'. Did you mean 'augmentation.",
        ),
        (["--set", "noise=0.02"], "A recipe has no setting 'noise'. All are: seed, max_images,"),
        (["--set", "batch_size=31"], "'batch_size' cannot be 31: with 'consistency', it is even."),
        (
            ["--set", "epoch=3"],
            "A recipe has no setting 'epoch'. Did you mean 'epochs'? All are: seed,",
        ),
        (["--set", "epochs=many"], "'epochs' is a whole number, and not 'many'."),
        (["--set", "learning_rate=nan"], "'learning_rate' cannot be nan: it is above 0."),
        (["--set", "adults=true"], "The recipe smoke needs films of adults, and jobs in"),
        (["--set", "epochs=0"], "'epochs' cannot be 0: it is at least 1."),
        (["--set", "dropout=1"], "'dropout' cannot be 1.0: it is from 0 to below 1."),
        (["--set", "max_images=-1"], "'max_images' cannot be -1: it is at least 1."),
        (["--set", "head_units=0"], "'head_units' cannot be (0,): each is at least 1."),
        (["--set", "image_size=100"], "'image_size' is one of 56, 112, 224, and not 100."),
        (["--set", "frozen=maybe"], "'frozen' is true or false, and not 'maybe'."),
        (["--set", "augmentation.blur=1"], "A recipe has no setting 'augmentation.blur'. "),
        (["--set", "augmentation.noise=-1"], "'augmentation.noise' cannot be -1.0"),
        (["--data", "s3://other/xrays"], "Jobs read below s3://models/training/ only"),
        (["--local", "--data", "s3://a/b"], "A job on this machine reads a folder of it"),
        (["--set", "head_units=big"], "'head_units' is whole numbers between commas"),
        (["--stage", "prod"], "There is no stage prod in us-east-1. Deploy it"),
        (["--data", "nowhere"], "No data set in nowhere"),
        (["--warm-start", "nowhere"], "There is no model in nowhere: it has no model_card.json."),
        (["--resume", "no-such-job"], "There is no training job no-such-job in dev, us-east-1."),
    ],
)
def test_what_stands_in_the_way_is_said(
    stage: Stage, drawn_data: Path, arguments: list[str], message: str
) -> None:
    result = stage.run("launch", "--recipe", "smoke", "--data", str(drawn_data), *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("hours", ["0", "-1", "0.01", "121", "nan", "long"])
def test_no_job_runs_for_no_time_or_for_ever(drawn_data: Path, stage: Stage, hours: str) -> None:
    arguments = ["--recipe", "smoke", "--data", str(drawn_data), "--hours", hours]
    result = stage.run("launch", *arguments)
    assert result.returncode == 2
    assert "argument --hours: " in result.stderr
