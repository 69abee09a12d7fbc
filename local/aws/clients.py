"""boto3 clients for the services of one run."""

from typing import Any

import boto3
from botocore.config import Config

from local.settings import REGION

# Any pair will do: nobody checks it here.
KEY_ID, SECRET = "local", "local"

# A long poll holds its connection for up to 20 seconds.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3})


def build_client(service: str, url: str) -> Any:
    """A client of its own session, so that nothing of the person's AWS settings takes part."""
    session = boto3.Session(
        aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, region_name=REGION
    )
    return session.client(service, endpoint_url=url, config=_CONFIG)
