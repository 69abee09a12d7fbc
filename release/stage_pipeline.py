"""The training pipeline of a stage as SageMaker has it: its definition and its executions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from contracts.training import job_name_prefix
from release.pipeline_definition import MIN_AUC
from release.pipeline_steps import TRAIN
from release.stage_account import StageAccount, StageError
from training.container import RECIPE, SETTINGS
from training.recipes import RECIPES


@dataclass(frozen=True, kw_only=True)
class StagePipeline:
    """The recipe of a pipeline, and the defaults of its parameters."""

    recipe: str
    settings: Mapping[str, str]
    channels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class StepState:
    """`job` is the name of the step's job, and `reason` why it failed; both may be empty."""

    name: str
    status: str
    job: str
    reason: str


def store_pipeline(account: StageAccount, definition: str) -> bool:
    """Creates the pipeline, or updates it where the stage has one; returns whether it is new.

    Raises botocore's errors.
    """
    sagemaker = account.client("sagemaker")
    arguments = {
        "PipelineName": job_name_prefix(account.environment.stage),
        "PipelineDefinition": definition,
        "RoleArn": account.environment.pipeline_role_arn,
    }
    is_new = _describe(account) is None
    if is_new:
        sagemaker.create_pipeline(**arguments)
    else:
        sagemaker.update_pipeline(**arguments)
    return is_new


def find_pipeline(account: StageAccount) -> StagePipeline:
    """Raises StageError if the stage has none, or one of other code, and botocore's errors."""
    description = _describe(account)
    stage = account.environment.stage
    hint = f"Make it: python -m training.pipeline upsert --recipe RECIPE --stage {stage}"
    if description is None:
        raise StageError(f"{stage} has no training pipeline yet. {hint}")
    try:
        return _parse(json.loads(description["PipelineDefinition"]))
    except (KeyError, TypeError, ValueError) as error:
        raise StageError(
            f"The pipeline {job_name_prefix(stage)} was not made by this code. {hint}"
        ) from error


def start_pipeline(
    account: StageAccount,
    *,
    settings: Mapping[str, str],
    channels: Mapping[str, str],
    min_auc: float | None,
) -> str:
    """Starts an execution and returns its ARN; `min_auc` None is the pipeline's own limit.

    Raises botocore's errors.
    """
    values = {**channels, SETTINGS: json.dumps(settings)}
    if min_auc is not None:
        values[MIN_AUC] = str(min_auc)
    response = account.client("sagemaker").start_pipeline_execution(
        PipelineName=job_name_prefix(account.environment.stage),
        PipelineParameters=[{"Name": name, "Value": value} for name, value in values.items()],
    )
    return str(response["PipelineExecutionArn"])


def read_status(account: StageAccount, execution: str) -> str:
    """The status of an execution, by its ARN. Raises StageError if there is none."""
    sagemaker = account.client("sagemaker")
    try:
        description = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)
    except ClientError as error:
        if not _is_missing(error):
            raise
        stage = account.environment.stage
        raise StageError(f"There is no execution {execution} in {stage}.") from error
    return str(description["PipelineExecutionStatus"])


def list_steps(account: StageAccount, execution: str) -> Iterator[StepState]:
    """The steps of an execution that have begun, in their order. Raises botocore's errors."""
    pages = account.client("sagemaker").get_paginator("list_pipeline_execution_steps")
    for page in pages.paginate(PipelineExecutionArn=execution, SortOrder="Ascending"):
        for step in page["PipelineExecutionSteps"]:
            metadata = step.get("Metadata", {})
            arn = metadata.get("TrainingJob", {}).get("Arn", "")
            failure = metadata.get("Fail", {}).get("ErrorMessage", "")
            yield StepState(
                name=step["StepName"],
                status=step["StepStatus"],
                job=arn.rpartition("/")[2],
                reason=failure or step.get("FailureReason", ""),
            )


def _parse(definition: dict[str, Any]) -> StagePipeline:
    defaults = {each["Name"]: each["DefaultValue"] for each in definition["Parameters"]}
    [training] = [step for step in definition["Steps"] if step["Name"] == TRAIN]
    recipe = training["Arguments"]["HyperParameters"][RECIPE]
    return StagePipeline(
        recipe=RECIPES[recipe].name,
        settings=json.loads(defaults[SETTINGS]),
        channels={k: v for k, v in defaults.items() if k not in (SETTINGS, MIN_AUC)},
    )


def _describe(account: StageAccount) -> dict[str, Any] | None:
    name = job_name_prefix(account.environment.stage)
    try:
        return dict(account.client("sagemaker").describe_pipeline(PipelineName=name))
    except ClientError as error:
        if not _is_missing(error):
            raise
        return None


def _is_missing(error: ClientError) -> bool:
    """SageMaker has the same code for what is missing and for a name that is not allowed."""
    return error.response["Error"]["Code"] in ("ResourceNotFound", "ValidationException")
