"""Removes what a stage's stacks cannot remove: objects, model packages, promoted models."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from deploy.account import Account
from deploy.errors import DeployError
from deploy.templates import STAGES, stack_names
from storage.object_versions import DeletionError, delete_versions


def require_removable(stage: str) -> None:
    """Raises DeployError for prod: its stacks are protected, and its data are retained."""
    if stage == "prod":
        raise DeployError(
            "prod is not removed by a command: its stacks are protected from deletion, and its "
            "buckets, keys and accounts are kept. docs/deploy.md says how to end a hospital's use."
        )


def empty_buckets(account: Account, stage: str) -> int:
    """Deletes all versions in all buckets of the stage's stacks; returns how many."""
    s3 = account.client("s3")
    return sum(_empty(s3, bucket) for bucket in _buckets(account, stage))


def _buckets(account: Account, stage: str) -> Iterator[str]:
    for name in stack_names(stage):
        if account.stack(name) is not None:
            for resource in account.resources(name):
                if resource["ResourceType"] == "AWS::S3::Bucket":
                    yield resource["PhysicalResourceId"]


def _empty(s3: Any, bucket: str) -> int:
    """Deletes all versions; raises DeployError if S3 does not delete one."""
    try:
        return delete_versions(s3, bucket)
    except DeletionError as error:
        raise DeployError(
            f"S3 does not delete {error.key} in {bucket}: {error.code}. "
            "The stacks are all there; start again once it can be deleted."
        ) from error


def remove_model_packages(account: Account, stage: str) -> None:
    """Removes the registered models: CloudFormation removes only an empty package group."""
    sagemaker = account.client("sagemaker")
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=f"chest-xray-{stage}"
    )
    try:
        packages = [package for page in pages for package in page["ModelPackageSummaryList"]]
    except ClientError as error:
        # The group does not exist: the stack was never complete.
        if error.response["Error"]["Code"] not in ("ResourceNotFound", "ValidationException"):
            raise
        packages = []
    for package in packages:
        sagemaker.delete_model_package(ModelPackageName=package["ModelPackageArn"])


def remove_promotion_resources(account: Account, stage: str) -> None:
    """Removes what no stack holds: the endpoint of a schedule, and the models of promotions.

    Call it after the stack's own endpoint is gone.
    """
    sagemaker = account.client("sagemaker")
    prefix = f"chest-xray-{stage}-"
    kinds = {
        # One that a schedule has created; the stack has removed any other.
        "list_endpoints": ("Endpoints", "EndpointName", "delete_endpoint"),
        "list_endpoint_configs": (
            "EndpointConfigs",
            "EndpointConfigName",
            "delete_endpoint_config",
        ),
        "list_models": ("Models", "ModelName", "delete_model"),
    }
    for listing, (field, name, delete) in kinds.items():
        pages = sagemaker.get_paginator(listing).paginate(NameContains=prefix)
        for resource in [resource for page in pages for resource in page[field]]:
            if resource[name].startswith(prefix):
                getattr(sagemaker, delete)(**{name: resource[name]})


def shared_stack_is_needed(account: Account, *, ended_stage: str) -> bool:
    """Whether another stage of this account still uses the shared role for its logs."""
    remaining = [stage for stage in STAGES if stage != ended_stage]
    return any(account.stack(f"chest-xray-{stage}") is not None for stage in remaining)
