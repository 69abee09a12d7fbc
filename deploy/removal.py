"""Takes a stage away and leaves nothing: objects and their versions first, then the stacks."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from deploy.account import Account
from deploy.errors import DeployError
from deploy.templates import STAGES, stacks
from storage.object_versions import RemovalError, remove_versions

_GONE = frozenset({"CREATE_FAILED", "DELETE_COMPLETE", "DELETE_SKIPPED"})


def require_removable(stage: str) -> None:
    """Raises DeployError for prod: its stacks are protected, and what it holds is kept."""
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
    cloudformation = account.client("cloudformation")
    for name in stacks(stage):
        if account.stack(name) is None:
            continue
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                # A stack that was half removed still lists what is gone.
                is_gone = resource["ResourceStatus"] in _GONE
                if resource["ResourceType"] == "AWS::S3::Bucket" and not is_gone:
                    yield resource["PhysicalResourceId"]


def _empty(s3: Any, bucket: str) -> int:
    """Raises DeployError where S3 does not delete something."""
    try:
        return remove_versions(s3, bucket)
    except RemovalError as error:
        raise DeployError(
            f"S3 does not delete {error.key} in {bucket}: {error.code}. "
            "The stacks are all there; start again once it can be deleted."
        ) from error


def remove_packages(account: Account, stage: str) -> None:
    """The registered versions: CloudFormation removes no group of packages that holds one."""
    sagemaker = account.client("sagemaker")
    pages = sagemaker.get_paginator("list_model_packages").paginate(
        ModelPackageGroupName=f"chest-xray-{stage}"
    )
    try:
        listed = [package for page in pages for package in page["ModelPackageSummaryList"]]
    except ClientError as error:
        # There is no group: the stack was never whole.
        if error.response["Error"]["Code"] not in ("ResourceNotFound", "ValidationException"):
            raise
        listed = []
    for package in listed:
        sagemaker.delete_model_package(ModelPackageName=package["ModelPackageArn"])


def remove_promoted(account: Account, stage: str) -> None:
    """What promotions made beside the stacks. Call it once the endpoint is gone."""
    sagemaker = account.client("sagemaker")
    prefix = f"chest-xray-{stage}-"
    kinds = {
        "list_endpoint_configs": (
            "EndpointConfigs",
            "EndpointConfigName",
            "delete_endpoint_config",
        ),
        "list_models": ("Models", "ModelName", "delete_model"),
    }
    for listing, (found, name, delete) in kinds.items():
        pages = sagemaker.get_paginator(listing).paginate(NameContains=prefix)
        for each in [each for page in pages for each in page[found]]:
            if each[name].startswith(prefix):
                getattr(sagemaker, delete)(**{name: each[name]})


def shared_stack_is_needed(account: Account, *, removed: str) -> bool:
    """Whether another stage of this account still writes its logs by the shared role."""
    others = [stage for stage in STAGES if stage != removed]
    return any(account.stack(f"chest-xray-{stage}") is not None for stage in others)
