"""A training job in SageMaker: `python -m training.container` in AWS's TensorFlow 2.21 container.

Of SageMaker's SDK: `ModelTrainer` uploads the code, makes the job, and tails its log.
"""

import os
import re
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from contracts.training import CHECKPOINTS_PREFIX, JOBS_PREFIX, job_name_prefix
from release.account import Cloud, CloudError
from release.job_source import REQUIREMENTS, write_source
from training import container

_TENSORFLOW, _PYTHON = "2.21", "py312"
# The container's own place for what is kept in S3 while the job runs.
_KEPT = "/opt/ml/checkpoints"
# Instances with disks of their own are encrypted by their hardware, and take no key of ours.
_OWN_DISKS = re.compile(r"ml\.(g\d|p4d|p[5-9]|trn\d|[a-z]\d[a-z]*d)")
# The data set, checkpoints and two models; SageMaker's least is 1.
_DISK_GIGABYTES = 30
# How long a job may wait for spot capacity on top of its own time.
_SPOT_PATIENCE_SECONDS = 3_600

_CONFIG = {
    "SchemaVersion": "1.0",
    # Nothing is told of how this account uses the SDK.
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}


@dataclass(frozen=True, kw_only=True)
class Order:
    """`channels` are S3 addresses by folder of the data set; `settings` change the recipe.
    `checkpoints` is the S3 address of an earlier job's, to go on from; empty for a new start.
    """

    recipe: str
    settings: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str]
    instance_type: str
    spot: bool
    hours: float
    checkpoints: str = ""


def start(cloud: Cloud, order: Order) -> Any:
    """The job, under way, as the SDK has it. Raises botocore's errors; CloudError without SDK."""
    with tempfile.TemporaryDirectory() as folder:
        write_source(Path(folder))
        trainer = _trainer(cloud, order, folder)
        trainer.train(wait=False, logs=False)
    return trainer._latest_training_job


def describe(cloud: Cloud, name: str) -> dict[str, Any]:
    """A job as SageMaker describes it. Raises CloudError where there is none."""
    sagemaker = cloud.client("sagemaker")
    try:
        return dict(sagemaker.describe_training_job(TrainingJobName=name))
    except ClientError as error:
        # SageMaker says of an unknown job what it says of a name that none can have.
        if error.response["Error"]["Code"] not in ("ResourceNotFound", "ValidationException"):
            raise
        where = f"{cloud.place.stage}, {cloud.place.region}"
        raise CloudError(f"There is no training job {name} in {where}.") from error


def _trainer(cloud: Cloud, order: Order, source: str) -> Any:
    # The SDK would hold the role to a list of its own, on all resources: ours names its own. And
    # it tails the log by a session of its own.
    os.environ |= {"SAGEMAKER_VALIDATE_ROLE": "false", "AWS_DEFAULT_REGION": cloud.place.region}
    try:
        from sagemaker.core import image_uris
        from sagemaker.core.helper.session_helper import Session
        from sagemaker.train import ModelTrainer, configs
    except ImportError as error:
        raise CloudError("SageMaker's SDK is not installed here: make .venv/.sagemaker") from error
    place = cloud.place
    try:
        image = image_uris.retrieve(
            "tensorflow",
            place.region,
            version=_TENSORFLOW,
            py_version=_PYTHON,
            instance_type=order.instance_type,
            image_scope="training",
        )
    except ValueError as error:
        what = f"{order.instance_type} in {place.region}"
        raise CloudError(f"TensorFlow has no container for {what}: {error}") from error
    session = Session(
        boto_session=cloud.session,
        sagemaker_client=cloud.client("sagemaker"),
        default_bucket=place.models_bucket,
        default_bucket_prefix=JOBS_PREFIX.rstrip("/"),
        sagemaker_config=_CONFIG,
    )
    base = f"{job_name_prefix(place.stage)}-{order.recipe}"
    kept = order.checkpoints or _new_checkpoints(place.models_bucket, base)
    seconds = int(order.hours * 3600)
    wait = seconds + _SPOT_PATIENCE_SECONDS if order.spot else None
    return ModelTrainer(
        sagemaker_session=session,
        role=place.role_arn,
        base_job_name=base,
        training_image=image,
        source_code=configs.SourceCode(
            source_dir=source,
            requirements=REQUIREMENTS,
            command="python -m training.container",
        ),
        compute=configs.Compute(
            instance_type=order.instance_type,
            instance_count=1,
            volume_size_in_gb=_DISK_GIGABYTES,
            volume_kms_key_id=None if _OWN_DISKS.match(order.instance_type) else place.key_arn,
            enable_managed_spot_training=order.spot,
        ),
        networking=configs.Networking(
            subnets=place.subnets.split(","), security_group_ids=[place.security_group]
        ),
        stopping_condition=configs.StoppingCondition(
            max_runtime_in_seconds=seconds, max_wait_time_in_seconds=wait
        ),
        input_data_config=[
            configs.InputData(channel_name=name, data_source=address)
            for name, address in order.channels.items()
        ],
        output_data_config=configs.OutputDataConfig(
            s3_output_path=f"s3://{place.models_bucket}/{JOBS_PREFIX}{base}",
            kms_key_id=place.key_arn,
        ),
        checkpoint_config=configs.CheckpointConfig(s3_uri=kept, local_path=_KEPT),
        hyperparameters={"recipe": order.recipe, **order.settings},
        environment={container.CHECKPOINTS: _KEPT, "TF_CPP_MIN_LOG_LEVEL": "2"},
        tags=[
            configs.Tag(key="project", value="chest-xray-screening"),
            configs.Tag(key="stage", value=place.stage),
        ],
    ).with_metric_definitions(
        [
            configs.MetricDefinition(name=name, regex=regex)
            for name, regex in container.METRICS.items()
        ]
    )


def _new_checkpoints(bucket: str, base: str) -> str:
    """Not by the job's name: another job may go on from them."""
    return f"s3://{bucket}/{CHECKPOINTS_PREFIX}{base}-{uuid.uuid4().hex[:12]}"
