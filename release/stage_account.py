"""Finds a stage in AWS, and turns the errors of AWS into sentences for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from contracts.training import TrainingEnvironment, parameter_name, parse_training_environment
from training.errors import TrainingError

_DEFAULT_REGION = "us-east-1"
_NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
_ACCESS_DENIED_CODES = frozenset({"AccessDenied", "AccessDeniedException", "403"})


class StageError(TrainingError):
    """AWS cannot be reached or refuses, or the stage does not hold what a command needs."""


@dataclass(frozen=True, kw_only=True)
class StageAccount:
    """A stage, as its stack describes it, and a boto3 session in its account."""

    environment: TrainingEnvironment
    session: Any

    def client(self, service: str) -> Any:
        return self.session.client(service, region_name=self.environment.region)


def find_stage(
    stage: str, *, region: str | None = None, profile: str | None = None
) -> StageAccount:
    """Returns the stage in the account of the current credentials, or of those of an AWS profile.

    Raises StageError.
    """
    with explain_aws_errors():
        region = region or boto3.Session(profile_name=profile).region_name or _DEFAULT_REGION
        session = boto3.Session(profile_name=profile, region_name=region)
        ssm = session.client("ssm")
        try:
            parameter = ssm.get_parameter(Name=parameter_name(stage))["Parameter"]
        except ssm.exceptions.ParameterNotFound as error:
            raise StageError(
                f"There is no stage {stage} in {region}. Deploy it (make deploy STAGE={stage}), or "
                "name its region with --region."
            ) from error
    try:
        environment = parse_training_environment(parameter["Value"])
    except (ValueError, TypeError) as error:
        raise StageError(
            f"The stage {stage} was deployed from another version of this code. Deploy it again, "
            "or use the version that it was deployed from."
        ) from error
    return StageAccount(environment=environment, session=session)


@contextmanager
def explain_aws_errors() -> Iterator[None]:
    """Turns each error of AWS into a StageError with the reason that AWS gives."""
    try:
        yield
    except ProfileNotFound as error:
        raise StageError(f"{error}. Log in (aws sso login), or name another profile.") from error
    except _NO_CREDENTIALS as error:
        raise StageError(
            "There are no AWS credentials here. Log in (aws sso login), or set AWS_PROFILE."
        ) from error
    except ClientError as error:
        details = error.response["Error"]
        hint = ""
        if details.get("Code") in _ACCESS_DENIED_CODES:
            hint = " docs/data-scientist.md names the policies for those who train and promote."
        reason = details.get("Message") or details.get("Code")
        raise StageError(f"AWS refused {error.operation_name}: {reason}.{hint}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StageError(f"AWS cannot be reached, or refused: {error}") from error
