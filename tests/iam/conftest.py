"""The functions of tests/lambdas, each watched while it works."""

from collections.abc import Iterator

import boto3
import pytest

from tests.iam.recorder import Recorder
from tests.lambdas.conftest import api, aws, moto_url, reader, redis_url

__all__ = ["api", "aws", "moto_url", "reader", "redis_url"]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """Before any client is made: a client takes its session's hooks when it is made."""
    made = Recorder()
    session = boto3.Session()
    session.events.register("provide-client-params", made.see)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    yield made
