"""Runs the functions over real parts: moto's S3 over HTTP, a real Redis, the bundled model.

moto stands in for S3, which cannot run here. It enforces conditional writes as S3 does.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from botocore.config import Config
from moto.server import ThreadedMotoServer

from contracts import model_layout
from lambdas import clients, delete_radiograph
from lambdas.api.services import services
from lambdas.screening import handler
from local.aws.module_list import patch_module_list
from local.processes.redis_server import find_redis_server
from tests.conftest import ROOT
from tests.lambdas.calls import TRACE_ID, Api, Aws
from tests.lambdas.moto_state import MotoState

TOKEN = "the-token-of-this-redis"
# The functions wait one second for a secret, and a busy machine may need longer to answer.
PATIENT = Config(read_timeout=60)


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    patch_module_list()
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://localhost:{port}"
    server.stop()


@pytest.fixture(scope="session")
def moto_state() -> MotoState:
    return MotoState()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    socket = tmp_path_factory.mktemp("redis") / "s"
    command = [str(find_redis_server()), "--port", "0", "--unixsocket", str(socket), "--save", ""]
    process = subprocess.Popen([*command, "--requirepass", TOKEN], stdout=subprocess.DEVNULL)
    url = f"unix://{socket}"
    _wait_for(lambda: redis.Redis.from_url(url, password=TOKEN).ping(), socket)
    yield url
    process.terminate()
    process.wait()


def _wait_for(ping: Callable[[], Any], socket: Path) -> None:
    for _ in range(1500):  # 30 seconds
        if socket.exists() and ping():
            return
        time.sleep(0.02)
    raise AssertionError("Redis did not start")


@pytest.fixture(scope="session")
def decoder_process() -> Iterator[None]:
    """Ends the process that decodes files, which the screening function never ends."""
    yield
    handler.decoder().close()


@pytest.fixture
def aws(
    moto_url: str,
    moto_state: MotoState,
    redis_url: str,
    decoder_process: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Aws:
    """New buckets, an empty Redis, and the environment that the functions read."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": moto_url,
        "S3_ADDRESSING": "path",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": moto_url,
        "POWERTOOLS_TRACE_DISABLED": "true",
        "_X_AMZN_TRACE_ID": f"Root={TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=0",
        "STAGE": "test",
        "FACTS_BUCKET": "facts",
        "IMAGES_BUCKET": "pictures",
        "MODELS_BUCKET": "models",
        "REDIS_URL": redis_url,
        "REDIS_SECRET_ARN": "redis-token",
        "RECORD_KEY_ARN": "record-key",
        "SEARCH_KEY_ARN": "search-key",
        "DELETION_FUNCTION": "delete",
        "ACCOUNTS_FUNCTION": "accounts",
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": moto_url,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "_SECRETS", PATIENT)
    moto_state.reset()
    connection = redis.Redis.from_url(redis_url, password=TOKEN)
    connection.flushall()
    for factory in (
        clients.s3,
        clients.sagemaker,
        clients.secrets,
        clients.functions,
        clients.user_pools,
        services,
        handler.pipeline,
    ):
        factory.cache_clear()
    secrets = {"redis-token": TOKEN, "record-key": "a secret", "search-key": "another secret"}
    for name, secret in secrets.items():
        clients.secrets().create_secret(Name=name, SecretString=secret)
    s3 = clients.s3()
    for bucket in ("facts", "pictures"):
        create_bucket(s3, bucket)
    if not moto_state.has_models:
        create_bucket(s3, "models")
        put_model(s3)
        moto_state.keep_models()
    aws = Aws(s3=s3, redis=connection)
    clients.functions().meta.events.register("before-call.lambda.Invoke", aws.take_call)
    return aws


def create_bucket(s3: Any, name: str) -> None:
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def put_model(s3: Any) -> None:
    """Puts the bundled model into the models bucket and points to it."""
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    version, path = card["model_version"], card["artefacts"]["cpu"]["path"]
    for name in ("model_card.json", path):
        content = (ROOT / "models" / name).read_bytes()
        s3.put_object(Bucket="models", Key=model_layout.file_key(version, name), Body=content)
    pointer = json.dumps({"model_version": version})
    s3.put_object(Bucket="models", Key=model_layout.POINTER_KEY, Body=pointer)


@pytest.fixture
def api(aws: Aws) -> Api:
    """Calls the API function, by default as a doctor of siteNorth."""
    return Api()


@pytest.fixture
def closed_upload_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deletion finds that no upload can arrive any more, and waits for no screening function."""
    monkeypatch.setattr(delete_radiograph, "UPLOAD_TIMEOUT", timedelta(0))
    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 0)
