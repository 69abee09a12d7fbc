"""The AWS account that a stage is in, as those who train and promote see it."""

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
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "403"})


class CloudError(TrainingError):
    """AWS cannot be asked, does not allow it, or holds something else than is needed."""


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """`place` is what the stage's stack says of itself."""

    place: TrainingEnvironment
    session: Any

    def client(self, service: str) -> Any:
        return self.session.client(service, region_name=self.place.region)


def find(stage: str, *, region: str | None = None) -> Cloud:
    """The stage in the account of the credentials at hand. Raises CloudError."""
    with said_in_words():
        where = region or boto3.Session().region_name or _DEFAULT_REGION
        session = boto3.Session(region_name=where)
        ssm = session.client("ssm")
        try:
            found = ssm.get_parameter(Name=parameter_name(stage))["Parameter"]["Value"]
        except ssm.exceptions.ParameterNotFound as error:
            raise CloudError(
                f"There is no stage {stage} in {where}. Deploy it (make deploy STAGE={stage}), or "
                "name its region with --region."
            ) from error
    try:
        return Cloud(place=parse_training_environment(found), session=session)
    except (ValueError, TypeError) as error:
        raise CloudError(
            f"The stage {stage} was deployed from another state of this code. Deploy it again, or "
            "take the state that it was deployed from."
        ) from error


@contextmanager
def said_in_words() -> Iterator[None]:
    """What AWS refuses becomes a CloudError with AWS's own reason."""
    try:
        yield
    except _NO_CREDENTIALS as error:
        raise CloudError(
            "There are no AWS credentials here. Log in (aws sso login), or set AWS_PROFILE."
        ) from error
    except ClientError as error:
        refused = error.response["Error"]
        hint = ""
        if refused.get("Code") in _DENIED:
            hint = " docs/data-scientist.md names the policies for those who train and promote."
        why = refused.get("Message") or refused.get("Code")
        raise CloudError(f"AWS refused {error.operation_name}: {why}.{hint}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise CloudError(f"AWS cannot be reached, or refused: {error}") from error
