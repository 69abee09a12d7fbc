"""Clients of AWS, made once a process, with the time that each may take."""

import os
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

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
# The CPU model answers in under 5 seconds all told, so the endpoint gets one try and 2 seconds.
_ENDPOINT = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
# Asked when a connection to Redis is made, which is one to save time.
_SECRETS = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})


@cache
def s3() -> "S3Client":
    """Names the bucket in the host, so that the page's policy can allow exactly this bucket; and
    the region, since a global address of a new bucket is redirected, which browsers do not follow.
    On one machine, where no such host is found, S3_ADDRESSING puts the bucket into the path.
    """
    in_path = os.environ.get("S3_ADDRESSING") == "path"
    addressed = Config(
        s3={
            "addressing_style": "path" if in_path else "virtual",
            "us_east_1_regional_endpoint": "regional",
        }
    )
    client: S3Client = boto3.client("s3", config=_S3.merge(addressed))
    return client


@cache
def sagemaker() -> "SageMakerRuntimeClient":
    client: SageMakerRuntimeClient = boto3.client("sagemaker-runtime", config=_ENDPOINT)
    return client


@cache
def secrets() -> "SecretsManagerClient":
    client: SecretsManagerClient = boto3.client("secretsmanager", config=_SECRETS)
    return client
