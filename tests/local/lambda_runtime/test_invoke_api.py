"""One function calls another through Lambda's Invoke API, with boto3, as in AWS."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.clients import build_client
from local.lambda_runtime.invoke_api import InvokeApi
from local.lambda_runtime.runtime_api import Outcome


class Function:
    """Stands for a pool, whose processes have tests of their own: fails some times first."""

    def __init__(self, *, failures: int = 0) -> None:
        self.events: list[Any] = []
        self.trace_ids: list[str] = []
        self.succeeded = threading.Event()
        self._failures = failures

    def invoke(self, payload: bytes, *, trace_id: str) -> Outcome:
        self.trace_ids.append(trace_id)
        self.events.append(json.loads(payload))
        failed = len(self.events) <= self._failures
        if not failed:
            self.succeeded.set()
        return Outcome(payload=b'{"count": 1}', failed=failed)


@pytest.fixture
def pools() -> dict[str, Any]:
    return {}


@pytest.fixture
def client(pools: dict[str, Any]) -> Iterator[Any]:
    api = InvokeApi(pools, retry_seconds=(0.01, 0.01))
    yield build_client("lambda", api.url)
    api.stop()


def test_a_caller_who_waits_gets_the_answer(client: Any, pools: dict[str, Any]) -> None:
    pools["delete"] = Function()
    response = client.invoke(FunctionName="delete", Payload=b'{"by": "me"}')
    assert (response["StatusCode"], json.loads(response["Payload"].read())) == (200, {"count": 1})
    assert pools["delete"].events == [{"by": "me"}]


def test_a_caller_who_waits_is_told_of_an_error(client: Any, pools: dict[str, Any]) -> None:
    pools["delete"] = Function(failures=1)
    response = client.invoke(FunctionName="delete", Payload=b"{}")
    assert response["FunctionError"] == "Unhandled"


def test_an_asynchronous_call_is_made_up_to_three_times(client: Any, pools: dict[str, Any]) -> None:
    pools["delete"] = function = Function(failures=2)
    response = client.invoke(FunctionName="delete", InvocationType="Event", Payload=b"{}")
    assert response["StatusCode"] == 202
    assert function.succeeded.wait(10) and len(function.events) == 3


def test_a_function_that_is_not_there_is_an_error(client: Any) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.invoke(FunctionName="delete", Payload=b"{}")


def test_a_function_calls_another_in_its_own_trace(
    client: Any, pools: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK sends the header of a trace from within Lambda."""
    root = "1-67891233-abcdef012345678912345678"
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "api")
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={root};Parent=53995c3f42cd8ad8;Sampled=0")
    pools["delete"] = function = Function()
    client.invoke(FunctionName="delete", Payload=b"{}")
    assert function.trace_ids == [root]
