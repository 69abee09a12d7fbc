"""boto3 clients for the services of one run."""

from typing import Any

import boto3
from botocore.config import Config

from local.settings import REGION

# moto and cognito-local check no signature. The local S3 checks those of links and forms.
KEY_ID, SECRET = "local", "local"

# The read timeout is longer than a long poll of SQS, which lasts up to 20 seconds.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})
# The only signature of links and forms that the local S3 accepts.
_S3_CONFIG = _CONFIG.merge(Config(signature_version="s3v4"))


def build_client(service: str, url: str) -> Any:
    """Builds a client in a session of its own, so that the user's AWS settings have no effect."""
    session = boto3.Session(
        aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, region_name=REGION
    )
    config = _S3_CONFIG if service == "s3" else _CONFIG
    return session.client(service, endpoint_url=url, config=config)
