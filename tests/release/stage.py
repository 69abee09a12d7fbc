"""A stage in an account of moto's, as far as training needs one: a bucket, a register, a parameter.

moto stands for AWS because AWS cannot run here. Its jobs are done at once and make nothing.
"""

import io
import json
import os
import subprocess
import sys
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
from moto.server import ThreadedMotoServer

from contracts.serialisation import serialise
from contracts.training import TrainingEnvironment, parameter_name
from tests.conftest import ROOT

_ACCOUNT = "123456789012"
PLACE = TrainingEnvironment(
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
)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """`calls` are what all services but S3 were asked, with their bodies; moto's jobs make nothing
    but what `jobs_make` holds.
    """

    url: str
    jobs_make: list[Path] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=PLACE.region)

    def objects(self, prefix: str = "") -> dict[str, int]:
        """The sizes of what is in the models bucket, by key."""
        pages = self.client("s3").get_paginator("list_objects_v2")
        listed = pages.paginate(Bucket=PLACE.models_bucket, Prefix=prefix)
        return {each["Key"]: each["Size"] for page in listed for each in page.get("Contents", [])}

    def asked(self, action: str) -> list[dict[str, Any]]:
        """The bodies of such calls to SageMaker, as they came: moto does not keep all of each."""
        return [body for name, body in self.calls if name == f"sagemaker:{action}"]

    def run(self, command: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """`python -m training.COMMAND`, as a person runs it."""
        return subprocess.run(
            [sys.executable, "-m", f"training.{command}", *words],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The environment is that of a person who has logged in."""
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
    _listen(stage, monkeypatch)
    stage.client("s3").create_bucket(Bucket=PLACE.models_bucket)
    stage.client("sagemaker").create_model_package_group(
        ModelPackageGroupName=PLACE.model_package_group
    )
    stage.client("ssm").put_parameter(
        Name=parameter_name(PLACE.stage), Value=json.dumps(serialise(PLACE)), Type="String"
    )
    yield stage
    server.stop()


def _listen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = BaseResponse.call_action

    def heard(self: BaseResponse) -> Any:
        action = f"{self.service_name}:{self._get_action()}"
        body = json.loads(self.body) if str(self.body).startswith("{") else {}
        stage.calls.append((action, body))
        answered = answer(self)
        if action == "sagemaker:CreateTrainingJob" and stage.jobs_make:
            _output(stage, body["TrainingJobName"])
        return answered

    monkeypatch.setattr(BaseResponse, "call_action", heard)


def _output(stage: Stage, job: str) -> None:
    described = stage.client("sagemaker").describe_training_job(TrainingJobName=job)
    bucket, _, key = described["ModelArtifacts"]["S3ModelArtifacts"][5:].partition("/")
    with io.BytesIO() as packed:
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            archive.add(stage.jobs_make.pop(), arcname=".")
        stage.client("s3").put_object(Bucket=bucket, Key=key, Body=packed.getvalue())
