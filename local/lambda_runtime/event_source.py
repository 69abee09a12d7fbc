"""What Lambda's event source mapping does: messages of a queue become events of a function."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.lambda_runtime.pool import BusyError
from local.lambda_runtime.runtime_api import Outcome
from local.settings import REGION

BATCH = 5
CONCURRENCY = 2
_WAIT_SECONDS = 20
_REST_SECONDS = 1.0

Invoke = Callable[[bytes], Outcome]

log = logging.getLogger(__name__)


class Poller:
    """`connect` makes an SQS client; each of the two readers has its own."""

    def __init__(self, *, connect: Callable[[], Any], queue: str, arn: str, invoke: Invoke) -> None:
        self._connect = connect
        self._queue = queue
        self._arn = arn
        self._invoke = invoke
        self._stopped = threading.Event()

    def start(self) -> None:
        for _ in range(CONCURRENCY):
            threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """A batch in hand is finished; a read that waits is left behind."""
        self._stopped.set()

    def _run(self) -> None:
        sqs = self._connect()
        while not self._stopped.is_set():
            try:
                self.poll(sqs)
            except Exception as error:  # This thread must outlive whatever a batch brings.
                if not self._stopped.is_set():
                    log.warning("The queue cannot be read: %s", type(error).__name__)
                time.sleep(_REST_SECONDS)

    def poll(self, sqs: Any, *, wait_seconds: int = _WAIT_SECONDS) -> None:
        """Takes one batch through the function and deletes what it has dealt with."""
        received = sqs.receive_message(
            QueueUrl=self._queue,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = received.get("Messages", [])
        if not messages or self._stopped.is_set():
            return
        done = dealt_with(messages, self._invoked(messages))
        if done:
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(done)
            ]
            sqs.delete_message_batch(QueueUrl=self._queue, Entries=entries)

    def _invoked(self, messages: Sequence[Mapping[str, Any]]) -> Outcome:
        payload = json.dumps(event(messages, queue_arn=self._arn)).encode()
        while True:
            try:
                return self._invoke(payload)
            except BusyError:
                time.sleep(_REST_SECONDS)


def event(messages: Sequence[Mapping[str, Any]], *, queue_arn: str) -> dict[str, Any]:
    """The event that Lambda makes of the messages of a queue."""
    return {"Records": [_record(message, queue_arn) for message in messages]}


def dealt_with(messages: Sequence[Mapping[str, Any]], outcome: Outcome) -> list[Mapping[str, Any]]:
    """The messages to delete: none after an error or an answer that makes no sense, else all but
    those that the function names.
    """
    if outcome.failed:
        return []
    try:
        answer = json.loads(outcome.payload) or {}
        failed = {item["itemIdentifier"] for item in answer.get("batchItemFailures") or []}
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    if not failed <= {message["MessageId"] for message in messages}:
        return []
    return [message for message in messages if message["MessageId"] not in failed]


def _record(message: Mapping[str, Any], queue_arn: str) -> dict[str, Any]:
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    made = {name[0].lower() + name[1:]: content for name, content in value.items()}
    return {"stringListValues": [], "binaryListValues": [], **made}
