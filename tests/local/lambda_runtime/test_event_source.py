"""Messages of a queue become events, and only handled messages are deleted."""

import json
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest

from local.aws.clients import build_client
from local.lambda_runtime import event_source
from local.lambda_runtime.event_source import Poller, build_event, select_handled
from local.lambda_runtime.runtime_api import Outcome

ARN = "arn:aws:sqs:us-east-1:123456789012:xray-screening"
ALL_HANDLED = Outcome(payload=b'{"batchItemFailures": []}')
MESSAGE = {
    "MessageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
    "ReceiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
    "Body": '{"Records": []}',
    "MD5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
    "Attributes": {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": "1545082649183",
        "SenderId": "AIDAIENQZJOLO23YVJ4VO",
        "ApproximateFirstReceiveTimestamp": "1545082649185",
    },
    "MessageAttributes": {"origin": {"StringValue": "redrive", "DataType": "String"}},
}


def test_messages_become_an_event_of_the_documented_form() -> None:
    documented = Path(__file__).parent / "events" / "queue_messages.json"
    assert build_event([MESSAGE], queue_arn=ARN) == json.loads(documented.read_text())


@pytest.mark.parametrize(
    ("outcome", "deleted"),
    [
        (ALL_HANDLED, ["a", "b"]),
        (Outcome(payload=b"null"), ["a", "b"]),
        (Outcome(payload=b'{"batchItemFailures": [{"itemIdentifier": "a"}]}'), ["b"]),
        (Outcome(payload=b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}'), []),
        (Outcome(payload=b'{"batchItemFailures": [{}]}'), []),
        (Outcome(payload=b'"done"'), []),
        (Outcome(payload=b"{}", failed=True), []),
    ],
)
def test_only_what_is_dealt_with_is_deleted(outcome: Outcome, deleted: list[str]) -> None:
    messages = [{"MessageId": "a"}, {"MessageId": "b"}]
    assert [message["MessageId"] for message in select_handled(messages, outcome)] == deleted


@pytest.fixture
def sqs(aws_port: int) -> Any:
    return build_client("sqs", f"http://localhost:{aws_port}")


@pytest.fixture
def queue(sqs: Any) -> str:
    """Creates a queue with a visibility timeout of 0 seconds."""
    name, attributes = f"queue-{uuid.uuid4()}", {"VisibilityTimeout": "0"}
    return str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])


def read_bodies(sqs: Any, queue: str) -> set[str]:
    """Returns the bodies of the messages that are in the queue."""
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return {message["Body"] for message in messages}


def poll_once(sqs: Any, queue: str, outcome: Outcome) -> list[dict[str, Any]]:
    """Polls once and returns the events that the function received."""
    events: list[dict[str, Any]] = []

    def invoke(payload: bytes) -> Outcome:
        events.append(json.loads(payload))
        return outcome

    poller = Poller(connect=lambda: sqs, queue_url=queue, queue_arn=ARN, invoke=invoke)
    poller.poll_once(sqs, wait_seconds=1)
    return events


def test_what_the_function_has_done_leaves_the_queue(sqs: Any, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="one")
    [event] = poll_once(sqs, queue, ALL_HANDLED)
    assert event["Records"][0]["attributes"]["ApproximateReceiveCount"] == "1"
    assert read_bodies(sqs, queue) == set()


def test_what_the_function_failed_with_stays_in_the_queue(sqs: Any, queue: str) -> None:
    sqs.send_message(QueueUrl=queue, MessageBody="one")
    poll_once(sqs, queue, Outcome(payload=b"{}", failed=True))
    assert read_bodies(sqs, queue) == {"one"}


def test_an_empty_queue_calls_nobody(sqs: Any, queue: str) -> None:
    assert poll_once(sqs, queue, ALL_HANDLED) == []


class AbsentQueue:
    """Fails every call, as SQS does while it is started again; counts the calls."""

    def __init__(self) -> None:
        self.calls = 0

    def receive_message(self, **options: Any) -> None:
        self.calls += 1
        raise ConnectionError


@pytest.mark.parametrize(("is_full", "warnings"), [(False, 1), (True, 0)])
def test_a_queue_that_is_away_is_one_warning_and_a_full_disk_uses_up_no_try(
    is_full: bool,
    warnings: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(event_source, "_RETRY_SECONDS", 0.01)
    queue, questions = AbsentQueue(), threading.Semaphore(0)

    def must_wait() -> bool:
        questions.release()
        return is_full

    poller = Poller(
        connect=lambda: queue,
        queue_url="",
        queue_arn=ARN,
        invoke=lambda payload: ALL_HANDLED,
        must_wait=must_wait,
    )
    poller.start()
    for _ in range(20):
        questions.acquire()
    poller.stop()
    assert len(caplog.records) == warnings
    assert (queue.calls > 5) == (not is_full)
