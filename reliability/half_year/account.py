"""An AWS account on this machine, in this process: moto over HTTP, and a Redis of its own.

moto stands in for AWS, which cannot run here; the functions and the commands are the real ones.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import redis
from moto.server import ThreadedMotoServer

from collection.stage_secret import DEFAULT_WITHHELD_SHARE
from contracts.serialisation import serialise
from contracts.sites import SiteSettings
from contracts.training import COLLECTION_SECRET_KEY, TrainingEnvironment, parameter_name
from local.aws.module_list import patch_module_list
from local.aws.persistent_s3 import patch_listings
from local.processes.redis_server import find_redis_server
from local.settings import ACCOUNT, REGION

STAGE, SITE = "dev", "siteNorth"
FACTS_BUCKET, IMAGES_BUCKET, MODELS_BUCKET = "facts", "images", "models"
PREVALENCE = 0.6
BLIND_SHARE = 0.05

_SECRETS = ("redis-token", "record-key", "search-key")
_START_SECONDS = 30.0
_ENVIRONMENT = TrainingEnvironment(
    stage=STAGE,
    region=REGION,
    models_bucket=MODELS_BUCKET,
    key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/data",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/training",
    subnets="subnet-1",
    security_group="sg-1",
    model_package_group="chest-xray-dev",
    serving_image="tensorflow-inference",
    endpoint_name="",
    endpoint_alarms="",
    facts_bucket=FACTS_BUCKET,
    images_bucket=IMAGES_BUCKET,
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Clients of a person who has logged in to the account."""

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION)


@contextmanager
def start_account() -> Iterator[Account]:
    """Sets the environment of the functions and of the commands, until the account is closed."""
    before = dict(os.environ)
    patch_module_list()
    patch_listings()
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    with tempfile.TemporaryDirectory() as folder, _start_redis(Path(folder) / "s") as redis_url:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ |= _build_environment(f"http://localhost:{port}", redis_url)
        try:
            account = Account()
            _fill(account)
            yield account
        finally:
            os.environ.clear()
            os.environ |= before
            server.stop()


def _build_environment(moto_url: str, redis_url: str) -> dict[str, str]:
    settings = SiteSettings(prevalence=PREVALENCE, blind_share=BLIND_SHARE, allows_training=True)
    sites = {SITE: serialise(settings)}
    return {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": moto_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "S3_ADDRESSING": "path",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "CRITICAL",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "STAGE": STAGE,
        "FACTS_BUCKET": FACTS_BUCKET,
        "IMAGES_BUCKET": IMAGES_BUCKET,
        "MODELS_BUCKET": MODELS_BUCKET,
        "REDIS_URL": redis_url,
        "REDIS_SECRET_ARN": "redis-token",
        "RECORD_KEY_ARN": "record-key",
        "SEARCH_KEY_ARN": "search-key",
        "SITES": json.dumps(sites),
    }


def _fill(account: Account) -> None:
    s3, secrets = account.client("s3"), account.client("secretsmanager")
    for bucket in (FACTS_BUCKET, IMAGES_BUCKET, MODELS_BUCKET):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for name in _SECRETS:
        secrets.create_secret(Name=name, SecretString=name)
    # The secret of the snapshots, which is random elsewhere: each half-year withholds the same.
    secret = {"key": "half-year", "withheld_share": DEFAULT_WITHHELD_SHARE}
    s3.put_object(Bucket=MODELS_BUCKET, Key=COLLECTION_SECRET_KEY, Body=json.dumps(secret))
    account.client("sagemaker").create_model_package_group(
        ModelPackageGroupName=_ENVIRONMENT.model_package_group
    )
    account.client("ssm").put_parameter(
        Name=parameter_name(STAGE), Value=json.dumps(serialise(_ENVIRONMENT)), Type="String"
    )


@contextmanager
def _start_redis(socket: Path) -> Iterator[str]:
    command = [str(find_redis_server()), "--port", "0", "--unixsocket", str(socket), "--save", ""]
    process = subprocess.Popen(
        [*command, "--requirepass", "redis-token"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await_redis(socket)
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait()


def _await_redis(socket: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if socket.exists():
            redis.Redis.from_url(f"unix://{socket}", password="redis-token").ping()
            return
        time.sleep(0.02)
    raise RuntimeError(f"Redis did not start in {_START_SECONDS:.0f} seconds.")
