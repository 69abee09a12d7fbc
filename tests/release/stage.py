"""A stage in a moto account, with what training needs: bucket, model registry, SSM parameter.

moto replaces AWS, which cannot run here. Its jobs complete at once and write nothing.
"""

import io
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from moto.core.responses import BaseResponse
from moto.sagemaker.models import sagemaker_backends
from moto.server import ThreadedMotoServer

from contracts import model_layout
from contracts.model_pointer import ModelPointer, parse_model_pointer
from contracts.serialisation import serialise
from contracts.training import TrainingEnvironment, parameter_name
from local.aws.module_list import patch_module_list
from tests.command_fork import run_in_fork

# What the commands import once they reach SageMaker.
SDK_IMPORTS = (
    "sagemaker.train",
    "sagemaker.core.image_uris",
    "sagemaker.core.helper.session_helper",
)
MODEL_FILES = ("model_card.json", "cpu.tflite", "model.tar.gz")
_ACCOUNT = "123456789012"
ENVIRONMENT = TrainingEnvironment(
    stage="dev",
    region="us-east-1",
    models_bucket="models",
    key_arn=f"arn:aws:kms:us-east-1:{_ACCOUNT}:key/data",
    role_arn=f"arn:aws:iam::{_ACCOUNT}:role/training",
    subnets="subnet-1,subnet-2",
    security_group="sg-1",
    model_package_group="chest-xray-dev",
    serving_image="763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:2.20-gpu",
    endpoint_name="",
    endpoint_alarms="chest-xray-dev-endpoint-fails,chest-xray-dev-endpoint-slow",
    facts_bucket="facts",
    images_bucket="pictures",
    pipeline_role_arn=f"arn:aws:iam::{_ACCOUNT}:role/pipeline",
    registration_role_arn=f"arn:aws:iam::{_ACCOUNT}:role/registration",
)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """`calls` are the action and body of each request, except to S3.

    The next job writes the first folder of `job_outputs`; without one it writes nothing. It ends
    with the first metrics of `job_metrics`, or fails with the reason that stands there instead;
    without either, moto completes it with a metric of its own.
    """

    url: str
    job_outputs: list[Path] = field(default_factory=list)
    job_metrics: list[dict[str, float] | str] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=ENVIRONMENT.region)

    def objects(self, prefix: str = "") -> dict[str, int]:
        """The size of each object in the models bucket, by key."""
        paginator = self.client("s3").get_paginator("list_objects_v2")
        pages = paginator.paginate(Bucket=ENVIRONMENT.models_bucket, Prefix=prefix)
        return {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}

    def put_version(self, version: str, **metadata: str) -> None:
        """Puts the files of a version into the models bucket, without their content."""
        for name in MODEL_FILES:
            key = model_layout.file_key(version, name)
            self.client("s3").put_object(
                Bucket=ENVIRONMENT.models_bucket, Key=key, Body=b"{}", Metadata=metadata
            )

    def write_pointer(self, pointer: ModelPointer) -> None:
        self.client("s3").put_object(
            Bucket=ENVIRONMENT.models_bucket,
            Key=model_layout.POINTER_KEY,
            Body=json.dumps(serialise(pointer)),
        )

    def read_pointer(self) -> ModelPointer:
        response = self.client("s3").get_object(
            Bucket=ENVIRONMENT.models_bucket, Key=model_layout.POINTER_KEY
        )
        return parse_model_pointer(response["Body"].read())

    def package(self, version: str) -> dict[str, Any]:
        """The description of the last package that was created for a version, in any stage."""
        requests = self.sagemaker_requests("CreateModelPackage")
        return [each for each in requests if each["ModelPackageDescription"] == version][-1]

    def sagemaker_requests(self, action: str) -> list[dict[str, Any]]:
        """The bodies of these requests to SageMaker, because moto keeps only a part of them."""
        return [body for name, body in self.calls if name == f"sagemaker:{action}"]

    def run(self, command: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`python -m training.COMMAND`, in a fork of a process that has imported the SDK."""
        return run_in_fork(
            f"training.{command}", arguments, environment=os.environ, imports=SDK_IMPORTS
        )


@contextmanager
def start_stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Starts moto, creates the stage, and sets the environment of a person who has logged in."""
    patch_module_list()
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    url = f"http://localhost:{port}"
    requests.post(f"{url}/moto-api/reset", timeout=10).raise_for_status()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    stage = Stage(url=url)
    _record_calls(stage, monkeypatch)
    create_environment(stage, ENVIRONMENT)
    yield stage
    server.stop()


def create_environment(stage: Stage, environment: TrainingEnvironment) -> None:
    """Creates buckets, group of packages and parameter, as the stage's stacks do."""
    for bucket in (environment.models_bucket, environment.facts_bucket, environment.images_bucket):
        stage.client("s3").create_bucket(Bucket=bucket)
    stage.client("sagemaker").create_model_package_group(
        ModelPackageGroupName=environment.model_package_group
    )
    stage.client("ssm").put_parameter(
        Name=parameter_name(environment.stage),
        Value=json.dumps(serialise(environment)),
        Type="String",
    )


def _record_calls(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    call_action = BaseResponse.call_action

    def record_and_call(self: BaseResponse) -> Any:
        action = f"{self.service_name}:{self._get_action()}"
        body = json.loads(self.body) if str(self.body).startswith("{") else {}
        stage.calls.append((action, body))
        response = call_action(self)
        if action == "sagemaker:CreateTrainingJob" and stage.job_outputs:
            _write_output(stage, body["TrainingJobName"])
        if action == "sagemaker:CreateTrainingJob" and stage.job_metrics:
            _end_job(body["TrainingJobName"], stage.job_metrics.pop(0))
        return response

    monkeypatch.setattr(BaseResponse, "call_action", record_and_call)


def _end_job(name: str, end: dict[str, float] | str) -> None:
    """moto has no call for how a job ends, so its own record of the job is changed."""
    job = sagemaker_backends[_ACCOUNT][ENVIRONMENT.region].training_jobs[name]
    if isinstance(end, str):
        vars(job).update(training_job_status="Failed", failure_reason=end)
    else:
        job.final_metric_data_list = [
            {"MetricName": metric, "Value": value, "Timestamp": job.creation_time}
            for metric, value in end.items()
        ]


def _write_output(stage: Stage, job: str) -> None:
    description = stage.client("sagemaker").describe_training_job(TrainingJobName=job)
    bucket, _, key = description["ModelArtifacts"]["S3ModelArtifacts"][5:].partition("/")
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            archive.add(stage.job_outputs.pop(), arcname=".")
        stage.client("s3").put_object(Bucket=bucket, Key=key, Body=buffer.getvalue())
