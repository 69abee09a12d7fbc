"""The pipeline of a stage trains as `training.launch` does, and registers or fails by one limit.

moto runs no step: the definition is read as SageMaker would receive it, and the job of the last
step runs by its own start script.
"""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contracts.serialisation import serialise
from contracts.training import parameter_name
from release.pipeline_steps import DEFAULT_MIN_AUC
from tests.release.rehearsal import Container
from tests.release.stage import ENVIRONMENT, Stage, start_stage
from training.artefact.model_folder import read_model_folder
from training.data.manifest import FOLDER
from training.log_metrics import METRICS

NAME = "chest-xray-dev"
SETTINGS = ("--set", "epochs=3", "--set", "augmentation.noise=0.02")
AUC = {"Get": "Steps.Train.FinalMetricDataList['model_auc'].Value"}
LIMIT = {"Get": "Parameters.min_auc"}


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """`job` is the request of a job that `training.launch` starts with the same options."""

    stage: Stage
    output: str
    definition: dict[str, Any]
    job: dict[str, Any]

    @property
    def parameters(self) -> dict[str, Any]:
        return {each["Name"]: each["DefaultValue"] for each in self.definition["Parameters"]}

    def step(self, name: str) -> dict[str, Any]:
        [train, check] = self.definition["Steps"]
        steps = [train, check, *check["Arguments"]["IfSteps"], *check["Arguments"]["ElseSteps"]]
        [arguments] = [step["Arguments"] for step in steps if step["Name"] == name]
        return dict(deepcopy(arguments))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def pipeline(stage: Stage, drawn_data: Path) -> Pipeline:
    """The pipeline after `upsert` has created it, and read back."""
    options = ["--recipe", "smoke", "--data", str(drawn_data), *SETTINGS, "--spot"]
    launch = stage.run("launch", *options)
    assert launch.returncode == 0, launch.stderr
    [job] = stage.sagemaker_requests("CreateTrainingJob")
    upsert = stage.run("pipeline", "upsert", *options)
    assert upsert.returncode == 0, upsert.stderr
    description = stage.client("sagemaker").describe_pipeline(PipelineName=NAME)
    assert description["RoleArn"] == ENVIRONMENT.pipeline_role_arn
    return Pipeline(
        stage=stage,
        output=upsert.stdout,
        definition=json.loads(description["PipelineDefinition"]),
        job=job,
    )


def test_whoever_makes_the_pipeline_is_told_how_to_start_it(pipeline: Pipeline) -> None:
    assert pipeline.output.splitlines()[-2:] == [
        "The training pipeline of dev is created.",
        "Start it: python -m training.pipeline start --stage dev",
    ]


def test_the_first_step_is_the_job_of_a_launch(pipeline: Pipeline) -> None:
    """Names, addresses of this upload and what the parameters fill differ, and nothing else."""
    step, job = pipeline.step("Train"), deepcopy(pipeline.job)
    assert pipeline.job["TrainingJobName"].startswith(f"{step.pop('TrainingJobName')}-")
    job.pop("TrainingJobName")
    for request in (step, job):
        request.pop("CheckpointConfig")
        for channel in request["InputDataConfig"]:
            channel["DataSource"]["S3DataSource"].pop("S3Uri")
    settings = step["HyperParameters"].pop("settings")
    assert settings == {"Get": "Parameters.settings"}
    assert pipeline.parameters["settings"] == job["HyperParameters"].pop("settings")
    assert step == job
    definitions = step["AlgorithmSpecification"]["MetricDefinitions"]
    assert {each["Name"]: each["Regex"] for each in definitions} == METRICS


def test_the_data_are_a_parameter(pipeline: Pipeline) -> None:
    sources = {
        channel["ChannelName"]: channel["DataSource"]["S3DataSource"]["S3Uri"]
        for channel in pipeline.step("Train")["InputDataConfig"]
    }
    assert sources[FOLDER] == {"Get": f"Parameters.{FOLDER}"}
    [channel] = [c for c in pipeline.job["InputDataConfig"] if c["ChannelName"] == FOLDER]
    assert pipeline.parameters[FOLDER] == channel["DataSource"]["S3DataSource"]["S3Uri"]


def test_each_execution_has_checkpoints_of_its_own(pipeline: Pipeline) -> None:
    [_, execution] = pipeline.step("Train")["CheckpointConfig"]["S3Uri"]["Std:Join"]["Values"]
    assert execution == {"Get": "Execution.PipelineExecutionId"}


def test_a_model_is_registered_from_the_limit_on(pipeline: Pipeline) -> None:
    check = pipeline.step("CheckAuc")
    condition = {"Type": "GreaterThanOrEqualTo", "LeftValue": AUC, "RightValue": LIMIT}
    assert check["Conditions"] == [condition]
    assert [step["Name"] for step in check["IfSteps"]] == ["Register"]
    assert [step["Name"] for step in check["ElseSteps"]] == ["Refuse"]
    assert pipeline.parameters["min_auc"] == DEFAULT_MIN_AUC == 0.985


def test_another_model_ends_the_pipeline_with_a_sentence(pipeline: Pipeline) -> None:
    words = pipeline.step("Refuse")["ErrorMessage"]["Std:Join"]
    assert words["On"] == " "
    assert words["Values"] == [
        "The model is not registered: its AUC of",
        AUC,
        "on validation is below the limit of",
        LIMIT,
    ]


def test_the_last_job_has_rights_of_its_own_in_the_same_network(pipeline: Pipeline) -> None:
    register, train = pipeline.step("Register"), pipeline.step("Train")
    assert register["RoleArn"] == ENVIRONMENT.registration_role_arn
    assert register["TrainingJobName"] == f"{NAME}-register"
    assert register["OutputDataConfig"]["KmsKeyId"] == ENVIRONMENT.key_arn
    for name in ("VpcConfig", "Tags"):
        assert register[name] == train[name]


def test_the_start_script_of_the_last_job_registers_the_model(
    pipeline: Pipeline, drawn_data: Path, smoke: Path, tmp_path: Path
) -> None:
    stage = pipeline.stage
    stage.job_outputs.append(smoke)
    launch = stage.run("launch", "--recipe", "smoke", "--data", str(drawn_data))
    [name] = re.findall(r"Job (\S+) is under way", launch.stdout)
    request = pipeline.step("Register")
    assert request["HyperParameters"]["job"] == {"Get": "Steps.Train.TrainingJobName"}
    request["HyperParameters"] = {**request["HyperParameters"], "job": name}
    request["Environment"] = {
        "AWS_ENDPOINT_URL": stage.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    container = Container(stage, request, tmp_path)
    result = container.run()
    assert result.returncode == 0, result.stdout[-4000:]
    version = read_model_folder(smoke).version
    package = stage.package(version)
    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    assert package["MetadataProperties"]["GeneratedBy"].endswith(f":training-job/{name}")
    assert len(stage.objects(f"models/{version}/")) == 3


def test_a_registration_that_fails_tells_sagemaker_why(pipeline: Pipeline, tmp_path: Path) -> None:
    request = pipeline.step("Register")
    request["HyperParameters"] = {**request["HyperParameters"], "job": "no-such-job"}
    request["Environment"] = {
        "AWS_ENDPOINT_URL": pipeline.stage.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    container = Container(pipeline.stage, request, tmp_path)
    assert container.run().returncode != 0
    assert container.failure.read_text() == (
        "There is no training job no-such-job in dev, us-east-1."
    )


def test_a_stage_of_an_earlier_release_is_named(stage: Stage, drawn_data: Path) -> None:
    environment = replace(ENVIRONMENT, pipeline_role_arn="", registration_role_arn="")
    ssm, name = stage.client("ssm"), parameter_name("dev")
    ssm.put_parameter(Name=name, Value=json.dumps(serialise(environment)), Overwrite=True)
    options = ["--recipe", "smoke", "--data", str(drawn_data)]
    refused = stage.run("pipeline", "upsert", *options)
    ssm.put_parameter(Name=name, Value=json.dumps(serialise(ENVIRONMENT)), Overwrite=True)
    assert refused.returncode == 2
    assert refused.stderr.startswith("dev was deployed before there were pipelines.")
