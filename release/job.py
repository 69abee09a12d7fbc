"""Starts a training job in SageMaker, which runs `python -m training.container`."""

import os
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from contracts.training import CHECKPOINTS_PREFIX, job_name_prefix
from release.job_container import build_container_job, open_session
from release.job_source import write_source
from release.stage_account import StageAccount, StageError
from training import container
from training.commit import COMMIT_VARIABLE, read_commit
from training.log_metrics import METRICS
from training.tracking import URI_VARIABLE

# The folder whose content SageMaker copies to S3 while the job runs.
_CHECKPOINTS_FOLDER = "/opt/ml/checkpoints"


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
    session = open_session(account)
    with tempfile.TemporaryDirectory() as folder:
        write_source(Path(folder))
        trainer = build_trainer(account, request, session=session, source_folder=folder)
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


def build_trainer(
    account: StageAccount, request: JobRequest, *, session: Any, source_folder: str
) -> Any:
    """The SDK's object for a training job with the code in `source_folder`. Raises StageError."""
    from sagemaker.train import configs

    environment = account.environment
    base_name = f"{job_name_prefix(environment.stage)}-{request.recipe}"
    checkpoints = request.checkpoints or _new_checkpoints(environment.models_bucket, base_name)
    trainer = build_container_job(
        environment,
        session=session,
        base_name=base_name,
        source_folder=source_folder,
        command="python -m training.container",
        role_arn=environment.role_arn,
        instance_type=request.instance_type,
        max_hours=request.max_hours,
        use_spot=request.use_spot,
        hyperparameters=container.build_hyperparameters(
            request.recipe, request.overrides, only_learn=request.only_learn
        ),
        variables={
            container.CHECKPOINTS: _CHECKPOINTS_FOLDER,
            "TF_CPP_MIN_LOG_LEVEL": "2",
            **_commit_variable(),
            **_tracking_variable(),
        },
        input_data_config=[
            configs.InputData(channel_name=name, data_source=url)
            for name, url in request.channels.items()
        ],
        checkpoint_config=configs.CheckpointConfig(
            s3_uri=checkpoints, local_path=_CHECKPOINTS_FOLDER
        ),
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


def _new_checkpoints(bucket: str, base_name: str) -> str:
    """A URL with a random id and not the job's name, because another job may continue there."""
    return f"s3://{bucket}/{CHECKPOINTS_PREFIX}{base_name}-{uuid.uuid4().hex[:12]}"
