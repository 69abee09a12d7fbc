"""Runs a job that moto has accepted as SageMaker would: its channels, its own start script.

The container itself needs Docker, so the job has the interpreter and the packages of the tests.
The SDK's scripts name /opt/ml, where only root may write: here another folder stands for it.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.release.stage import Stage

_CONTAINER_FOLDER = "/opt/ml"
_HOST = "algo-1"


class Container:
    """The folder of one job's container, laid out as SageMaker lays out /opt/ml."""

    def __init__(self, stage: Stage, job: dict[str, Any], folder: Path) -> None:
        self._job = job
        self._folder = folder
        self.model = folder / "model"
        self.failure = folder / "output" / "failure"
        for name in ("model", "output/data", "checkpoints", "input/config"):
            (folder / name).mkdir(parents=True)
        for channel in job["InputDataConfig"]:
            url = channel["DataSource"]["S3DataSource"]["S3Uri"]
            _download(stage, url, self.channel(channel["ChannelName"]))
        for path in self.channel("sm_drivers").rglob("*"):
            if path.suffix in (".py", ".sh"):
                path.write_text(self._move(path.read_text()))
        self._write_config()

    def channel(self, name: str) -> Path:
        return self._folder / "input" / "data" / name

    def run(self) -> "subprocess.CompletedProcess[str]":
        """Runs the job's entry point, in an environment that has nothing of this process.

        pip reads the job's requirements and finds each package in the environment of the tests: it
        has no index, so that a package that is missing ends the job and is not installed.
        """
        algorithm = self._job["AlgorithmSpecification"]
        command = [*algorithm["ContainerEntrypoint"], *algorithm["ContainerArguments"]]
        variables = self._job["Environment"] | {"TRAINING_JOB_NAME": self._job["TrainingJobName"]}
        environment = {
            **{name: self._move(value) for name, value in variables.items()},
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
            "HOME": str(self._folder),
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
        }
        return subprocess.run(
            [self._move(word) for word in command],
            cwd=self._folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _move(self, text: str) -> str:
        return re.sub(rf"{_CONTAINER_FOLDER}\b", str(self._folder), text)

    def _write_config(self) -> None:
        channels = [channel["ChannelName"] for channel in self._job["InputDataConfig"]]
        config = {
            "resourceconfig": {
                "current_host": _HOST,
                "current_instance_type": self._job["ResourceConfig"]["InstanceType"],
                "hosts": [_HOST],
                "network_interface_name": "eth0",
            },
            "inputdataconfig": {name: {"TrainingInputMode": "File"} for name in channels},
            "hyperparameters": self._job["HyperParameters"],
        }
        for name, value in config.items():
            (self._folder / "input" / "config" / f"{name}.json").write_text(json.dumps(value))


def _download(stage: Stage, url: str, folder: Path) -> None:
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    for key in stage.objects(prefix):
        path = folder / key.removeprefix(prefix).lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        stage.client("s3").download_file(bucket, key, str(path))
