"""boto3 clients for the services of one run."""

from typing import Any

import boto3
from botocore.config import Config

from local.settings import REGION

# moto and cognito-local check no signature, so any pair of values works.
KEY_ID, SECRET = "local", "local"

# The read timeout is longer than a long poll of SQS, which lasts up to 20 seconds.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})


def build_client(service: str, url: str) -> Any:
    """Builds a client in a session of its own, so that the user's AWS settings have no effect."""
    session = boto3.Session(
        aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, region_name=REGION
    )
    return session.client(service, endpoint_url=url, config=_CONFIG)
