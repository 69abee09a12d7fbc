"""Builds the SDK's object for a job in AWS's TensorFlow container, in the network of the stage.

SageMaker's SDK does three things here: `ModelTrainer` uploads the code, creates the job and shows
its log. The container is AWS's TensorFlow 2.21.
"""

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from contracts.training import JOBS_PREFIX, TrainingEnvironment
from release.job_source import REQUIREMENTS
from release.stage_account import StageAccount, StageError

_TENSORFLOW, _PYTHON = "2.21", "py312"
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


def open_session(account: StageAccount, *, is_pipeline: bool = False) -> Any:
    """A session of the SDK, which for a pipeline keeps the requests for its definition.

    Raises StageError where the SDK is not installed.
    """
    # The SDK would compare the role with a list of its own, which asks for rights on all resources;
    # and it reads the log with a session of its own.
    region = account.environment.region
    os.environ |= {"SAGEMAKER_VALIDATE_ROLE": "false", "AWS_DEFAULT_REGION": region}
    if find_spec("sagemaker") is None:
        raise StageError("SageMaker's SDK is not installed here: make .venv/.sagemaker")
    if is_pipeline:
        from sagemaker.core.workflow.pipeline_context import PipelineSession as Session
    else:
        from sagemaker.core.helper.session_helper import Session

    return Session(
        boto_session=account.session,
        sagemaker_client=account.client("sagemaker"),
        default_bucket=account.environment.models_bucket,
        default_bucket_prefix=JOBS_PREFIX.rstrip("/"),
        sagemaker_config=_SDK_CONFIG,
    )


def build_container_job(
    environment: TrainingEnvironment,
    *,
    session: Any,
    base_name: str,
    source_folder: str,
    command: str,
    role_arn: str,
    instance_type: str,
    max_hours: float,
    hyperparameters: Mapping[str, Any],
    variables: Mapping[str, str],
    use_spot: bool = False,
    **more: Any,
) -> Any:
    """The SDK's object for any job in the container, in the network of the stage and under its key.

    `variables` are the job's own, and `more` are arguments of ModelTrainer. Raises StageError.
    """
    from sagemaker.train import ModelTrainer, configs

    return ModelTrainer(
        sagemaker_session=session,
        role=role_arn,
        base_job_name=base_name,
        training_image=_training_image(instance_type, region=environment.region),
        source_code=configs.SourceCode(
            source_dir=source_folder, requirements=REQUIREMENTS, command=command
        ),
        output_data_config=configs.OutputDataConfig(
            s3_output_path=f"s3://{environment.models_bucket}/{JOBS_PREFIX}{base_name}",
            kms_key_id=environment.key_arn,
        ),
        hyperparameters=dict(hyperparameters),
        environment=dict(variables),
        **_resources(environment, instance_type, max_hours=max_hours, use_spot=use_spot),
        **more,
    )


def _resources(
    environment: TrainingEnvironment, instance_type: str, *, max_hours: float, use_spot: bool
) -> dict[str, Any]:
    """The arguments of ModelTrainer for instance, network, duration and tags."""
    from sagemaker.train import configs

    has_nvme = _NVME_INSTANCE.match(instance_type)
    seconds = int(max_hours * 3600)
    return {
        "compute": configs.Compute(
            instance_type=instance_type,
            instance_count=1,
            volume_size_in_gb=_DISK_GIGABYTES,
            volume_kms_key_id=None if has_nvme else environment.key_arn,
            enable_managed_spot_training=use_spot,
        ),
        "networking": configs.Networking(
            subnets=environment.subnets.split(","), security_group_ids=[environment.security_group]
        ),
        "stopping_condition": configs.StoppingCondition(
            max_runtime_in_seconds=seconds,
            max_wait_time_in_seconds=seconds + _SPOT_WAIT_SECONDS if use_spot else None,
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
