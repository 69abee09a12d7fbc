"""Clients of AWS, made once a process, with the time that each may take."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from types_boto3_secretsmanager import SecretsManagerClient

# "auto" names the bucket in the host, so that the page's policy can allow exactly this bucket, and
# in the path where the SDK is sent to one machine. Regional addresses, since a presigned address of
# the global one is redirected for a new bucket, which a browser does not follow.
_S3 = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    s3={"addressing_style": "auto", "us_east_1_regional_endpoint": "regional"},
    signature_version="s3v4",
)
# The CPU model answers in under 5 seconds all told, so the endpoint gets one try and 2 seconds.
_ENDPOINT = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
# Asked when a connection to Redis is made, which is one to save time.
_SECRETS = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})


@cache
def s3() -> "S3Client":
    client: S3Client = boto3.client("s3", config=_S3)
    return client


@cache
def sagemaker() -> "SageMakerRuntimeClient":
    client: SageMakerRuntimeClient = boto3.client("sagemaker-runtime", config=_ENDPOINT)
    return client


@cache
def secrets() -> "SecretsManagerClient":
    client: SecretsManagerClient = boto3.client("secretsmanager", config=_SECRETS)
    return client
