"""Runs the functions as tests/lambdas does, and records their calls to AWS."""

from collections.abc import Iterator

import boto3
import pytest

from tests.iam.recorder import Recorder
from tests.lambdas.conftest import api, aws, decoder_process, moto_state, moto_url, redis_url

__all__ = ["api", "aws", "decoder_process", "moto_state", "moto_url", "redis_url"]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """Hooks into the session before any client is made: a client copies its session's hooks."""
    recorder = Recorder()
    session = boto3.Session()
    session.events.register("provide-client-params", recorder.on_call)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    yield recorder
