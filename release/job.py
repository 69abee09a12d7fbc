"""Starts a training job in SageMaker, which runs `python -m training.container`.

SageMaker's SDK does three things here: `ModelTrainer` uploads the code, creates the job and shows
its log. The container is AWS's TensorFlow 2.21.
"""

import os
import re
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from contracts.training import (
    CHECKPOINTS_PREFIX,
    JOBS_PREFIX,
    TrainingEnvironment,
    job_name_prefix,
)
from release.job_source import REQUIREMENTS, write_source
from release.stage_account import StageAccount, StageError
from training import container
from training.commit import COMMIT_VARIABLE, read_commit
from training.log_metrics import METRICS
from training.tracking import URI_VARIABLE

_TENSORFLOW, _PYTHON = "2.21", "py312"
# The folder whose content SageMaker copies to S3 while the job runs.
_CHECKPOINTS_FOLDER = "/opt/ml/checkpoints"
# Instances with local NVMe disks encrypt them in hardware, and refuse a key.
_NVME_INSTANCE = re.compile(r"ml\.(g\d|p4d|p[5-9]|trn\d|[a-z]\d[a-z]*d)")
# Holds the data set, checkpoints and two models; SageMaker's minimum is 1.
_DISK_GIGABYTES = 30
# How long a job may wait for spot capacity, in addition to its own time.
_SPOT_WAIT_SECONDS = 3_600

_SDK_CONFIG = {
    "SchemaVersion": "1.0",
    # The SDK would send AWS statistics about its use.
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}


@dataclass(frozen=True, kw_only=True)
class JobRequest:
    """`overrides` change settings of the recipe; `channels` are S3 URLs, by folder of the data set.

    `checkpoints` is the S3 URL of the checkpoints of an earlier job, from which this one continues;
    empty for a new run. With `only_learn` the job ends after the training, without a model.
    """

    recipe: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str]
    instance_type: str
    use_spot: bool
    max_hours: float
    checkpoints: str = ""
    only_learn: bool = False


def start_job(account: StageAccount, request: JobRequest) -> Any:
    """Returns the SDK's object for the running job. Raises StageError and botocore's errors."""
    # The SDK would compare the role with a list of its own, which asks for rights on all resources;
    # and it reads the log with a session of its own.
    region = account.environment.region
    os.environ |= {"SAGEMAKER_VALIDATE_ROLE": "false", "AWS_DEFAULT_REGION": region}
    if find_spec("sagemaker") is None:
        raise StageError("SageMaker's SDK is not installed here: make .venv/.sagemaker")
    with tempfile.TemporaryDirectory() as folder:
        write_source(Path(folder))
        trainer = _build_trainer(account, request, source_folder=folder)
        trainer.train(wait=False, logs=False)
    return trainer._latest_training_job


def describe_job(account: StageAccount, name: str) -> dict[str, Any]:
    """SageMaker's description of a job. Raises StageError if there is no such job."""
    sagemaker = account.client("sagemaker")
    try:
        return dict(sagemaker.describe_training_job(TrainingJobName=name))
    except ClientError as error:
        # SageMaker has the same code for an unknown job and for a name that is not allowed.
        if error.response["Error"]["Code"] not in ("ResourceNotFound", "ValidationException"):
            raise
        environment = account.environment
        raise StageError(
            f"There is no training job {name} in {environment.stage}, {environment.region}."
        ) from error


def _build_trainer(account: StageAccount, request: JobRequest, *, source_folder: str) -> Any:
    from sagemaker.train import ModelTrainer, configs

    environment = account.environment
    base_name = f"{job_name_prefix(environment.stage)}-{request.recipe}"
    checkpoints = request.checkpoints or _new_checkpoints(environment.models_bucket, base_name)
    trainer = ModelTrainer(
        sagemaker_session=_sdk_session(account),
        role=environment.role_arn,
        base_job_name=base_name,
        training_image=_training_image(request.instance_type, region=environment.region),
        source_code=configs.SourceCode(
            source_dir=source_folder,
            requirements=REQUIREMENTS,
            command="python -m training.container",
        ),
        input_data_config=[
            configs.InputData(channel_name=name, data_source=url)
            for name, url in request.channels.items()
        ],
        output_data_config=configs.OutputDataConfig(
            s3_output_path=f"s3://{environment.models_bucket}/{JOBS_PREFIX}{base_name}",
            kms_key_id=environment.key_arn,
        ),
        checkpoint_config=configs.CheckpointConfig(
            s3_uri=checkpoints, local_path=_CHECKPOINTS_FOLDER
        ),
        hyperparameters=container.build_hyperparameters(
            request.recipe, request.overrides, only_learn=request.only_learn
        ),
        environment={
            container.CHECKPOINTS: _CHECKPOINTS_FOLDER,
            "TF_CPP_MIN_LOG_LEVEL": "2",
            **_commit_variable(),
            **_tracking_variable(),
        },
        **_resources(environment, request),
    )
    return trainer.with_metric_definitions(
        [configs.MetricDefinition(name=name, regex=regex) for name, regex in METRICS.items()]
    )


def _commit_variable() -> dict[str, str]:
    commit = read_commit()
    return {COMMIT_VARIABLE: commit} if commit else {}


def _tracking_variable() -> dict[str, str]:
    """The store of MLflow, if the job can reach it: a server, and no file of this machine."""
    uri = os.environ.get(URI_VARIABLE, "")
    return {URI_VARIABLE: uri} if uri.startswith(("arn:", "https://")) else {}


def _resources(environment: TrainingEnvironment, request: JobRequest) -> dict[str, Any]:
    """The arguments of ModelTrainer for instance, network, duration and tags."""
    from sagemaker.train import configs

    has_nvme = _NVME_INSTANCE.match(request.instance_type)
    seconds = int(request.max_hours * 3600)
    return {
        "compute": configs.Compute(
            instance_type=request.instance_type,
            instance_count=1,
            volume_size_in_gb=_DISK_GIGABYTES,
            volume_kms_key_id=None if has_nvme else environment.key_arn,
            enable_managed_spot_training=request.use_spot,
        ),
        "networking": configs.Networking(
            subnets=environment.subnets.split(","), security_group_ids=[environment.security_group]
        ),
        "stopping_condition": configs.StoppingCondition(
            max_runtime_in_seconds=seconds,
            max_wait_time_in_seconds=seconds + _SPOT_WAIT_SECONDS if request.use_spot else None,
        ),
        "tags": [
            configs.Tag(key="project", value="chest-xray-screening"),
            configs.Tag(key="stage", value=environment.stage),
        ],
    }


def _training_image(instance_type: str, *, region: str) -> str:
    """AWS's TensorFlow container for the instance type. Raises StageError if there is none."""
    from sagemaker.core import image_uris

    try:
        image: str = image_uris.retrieve(
            "tensorflow",
            region,
            version=_TENSORFLOW,
            py_version=_PYTHON,
            instance_type=instance_type,
            image_scope="training",
        )
    except ValueError as error:
        raise StageError(
            f"TensorFlow has no container for {instance_type} in {region}: {error}"
        ) from error
    return image


def _sdk_session(account: StageAccount) -> Any:
    from sagemaker.core.helper.session_helper import Session

    return Session(
        boto_session=account.session,
        sagemaker_client=account.client("sagemaker"),
        default_bucket=account.environment.models_bucket,
        default_bucket_prefix=JOBS_PREFIX.rstrip("/"),
        sagemaker_config=_SDK_CONFIG,
    )


def _new_checkpoints(bucket: str, base_name: str) -> str:
    """A URL with a random id and not the job's name, because another job may continue there."""
    return f"s3://{bucket}/{CHECKPOINTS_PREFIX}{base_name}-{uuid.uuid4().hex[:12]}"
