"""The AWS account of the current credentials, and the stacks of a stage in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound

from deploy.errors import DeployError
from deploy.templates import stack_names

_REMOVED_STATUSES = frozenset({"CREATE_FAILED", "DELETE_COMPLETE", "DELETE_SKIPPED"})
_NO_CREDENTIALS = (
    "There are no AWS credentials here. Log in (`aws sso login`), or set AWS_PROFILE or "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and start again."
)


@dataclass(frozen=True, kw_only=True)
class Account:
    number: str
    region: str
    session: Any

    def client(self, service: str, *, config: Config | None = None) -> Any:
        return self.session.client(service, region_name=self.region, config=config)

    def outputs(self, stage: str) -> Mapping[str, str]:
        """The outputs of all stacks of a stage. Raises DeployError if it is not deployed."""
        outputs: dict[str, str] = {}
        for name in stack_names(stage):
            stack = self.stack(name)
            if stack is None:
                raise DeployError(
                    f"There is no stack {name} in account {self.number}, {self.region}. "
                    f"Deploy it: make deploy STAGE={stage}"
                )
            outputs |= {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        return outputs

    def stack(self, name: str) -> Mapping[str, Any] | None:
        """CloudFormation's description of a stack; None if there is none."""
        try:
            stacks = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return None
        return stacks[0] if stacks else None

    def resources(self, stack: str) -> Iterator[Mapping[str, Any]]:
        """The resources of an existing stack, without those that are removed again."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=stack):
            for resource in page["StackResourceSummaries"]:
                # A stack that was removed in part still lists removed resources.
                if resource["ResourceStatus"] not in _REMOVED_STATUSES:
                    yield resource


def connect_account(region: str) -> Account:
    """The account of the current credentials. Raises DeployError if AWS accepts none."""
    try:
        session = boto3.Session()
        number = session.client("sts", region_name=region).get_caller_identity()["Account"]
    except (NoCredentialsError, ProfileNotFound) as error:
        raise DeployError(_NO_CREDENTIALS) from error
    except ClientError as error:
        reason = error.response["Error"]["Message"]
        raise DeployError(f"AWS does not take these credentials: {reason}") from error
    except BotoCoreError as error:
        raise DeployError(f"AWS cannot be reached in {region}: {error}") from error
    return Account(number=number, region=region, session=session)
