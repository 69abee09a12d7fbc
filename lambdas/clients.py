"""Clients of AWS, made once for each process, with a time limit that fits each service."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambdas import clock

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from types_boto3_secretsmanager import SecretsManagerClient

_S3 = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    signature_version="s3v4",
)
# The CPU model answers within 5 seconds in all, so the endpoint gets one attempt of 2 seconds.
_ENDPOINT = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
# Read for each connection to Redis, which is only worth having while it saves time.
_SECRETS = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})
# An asynchronous call is answered as soon as Lambda has queued it, the accounts function within
# seconds. It is not called twice: an act that was done is not done again.
_FUNCTIONS = Config(connect_timeout=1, read_timeout=10, retries={"total_max_attempts": 1})
_USER_POOLS = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2})


@cache
def s3() -> "S3Client":
    """The client of S3, which signs regional addresses with the bucket in the host name.

    The page's content security policy then allows exactly this bucket. A global address of a new
    bucket is redirected, and browsers do not follow that for an upload. On one machine no such host
    name resolves, so S3_ADDRESSING=path puts the bucket into the path.
    """
    is_path_style = os.environ.get("S3_ADDRESSING") == "path"
    addressing = Config(
        s3={
            "addressing_style": "path" if is_path_style else "virtual",
            "us_east_1_regional_endpoint": "regional",
        }
    )
    client: S3Client = boto3.client("s3", config=_S3.merge(addressing))
    client.meta.events.register("after-call.s3", clock.observe_response)
    return client


@cache
def sagemaker() -> "SageMakerRuntimeClient":
    client: SageMakerRuntimeClient = boto3.client("sagemaker-runtime", config=_ENDPOINT)
    return client


@cache
def functions() -> Any:
    """The client of Lambda, by which one function calls another."""
    return boto3.client("lambda", config=_FUNCTIONS)


@cache
def user_pools() -> Any:
    """The client of Cognito's user pools."""
    return boto3.client("cognito-idp", config=_USER_POOLS)


@cache
def secrets() -> "SecretsManagerClient":
    client: SecretsManagerClient = boto3.client("secretsmanager", config=_SECRETS)
    return client
