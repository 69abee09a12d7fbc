"""Lambda's event source mapping for SQS: invokes a function with batches of queue messages."""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.queue import BATCH_SIZE
from local.lambda_runtime.pool import BusyError
from local.lambda_runtime.runtime_api import Outcome
from local.settings import REGION

CONCURRENCY = 2
# SQS allows at most 20 seconds for a long poll.
_LONG_POLL_SECONDS = 20
_RETRY_SECONDS = 1.0

Invoke = Callable[[bytes], Outcome]

log = logging.getLogger(__name__)


class Poller:
    """Polls the queue in two threads, each with its own SQS client from `connect`.

    While `must_wait` returns true, messages stay in the queue and use up none of their tries.
    """

    def __init__(
        self,
        *,
        connect: Callable[[], Any],
        queue_url: str,
        queue_arn: str,
        invoke: Invoke,
        must_wait: Callable[[], bool] = lambda: False,
    ) -> None:
        self._connect = connect
        self._queue_url = queue_url
        self._queue_arn = queue_arn
        self._invoke = invoke
        self._must_wait = must_wait
        self._is_failing = False
        self._warning_lock = threading.Lock()
        self._stopped = threading.Event()

    def start(self) -> None:
        for _ in range(CONCURRENCY):
            threading.Thread(target=self._poll_until_stopped, daemon=True).start()

    def stop(self) -> None:
        """Lets current batches finish; does not wait for a long poll to return."""
        self._stopped.set()

    def poll_once(self, sqs: Any, *, wait_seconds: int = _LONG_POLL_SECONDS) -> None:
        """Invokes the function with one batch and deletes the messages that it handled."""
        answer = sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=BATCH_SIZE,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", [])
        if not messages or self._stopped.is_set():
            return
        handled = select_handled(messages, self._invoke_when_free(messages))
        if handled:
            entries = [
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(handled)
            ]
            sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)

    def _poll_until_stopped(self) -> None:
        sqs = self._connect()
        while not self._stopped.is_set():
            if self._must_wait():
                time.sleep(_RETRY_SECONDS)
                continue
            try:
                self.poll_once(sqs)
                self._is_failing = False
            except Exception as error:  # No error of a single batch may end this thread.
                self._warn_once(error)
                time.sleep(_RETRY_SECONDS)

    def _warn_once(self, error: Exception) -> None:
        """Logs the first error in a row only: the queue may be away for minutes."""
        with self._warning_lock:
            was_failing, self._is_failing = self._is_failing, True
        if not was_failing and not self._stopped.is_set():
            log.warning("The queue cannot be polled: %s", type(error).__name__)

    def _invoke_when_free(self, messages: Sequence[Mapping[str, Any]]) -> Outcome:
        payload = json.dumps(build_event(messages, queue_arn=self._queue_arn)).encode()
        while True:
            try:
                return self._invoke(payload)
            except BusyError:
                time.sleep(_RETRY_SECONDS)


def build_event(messages: Sequence[Mapping[str, Any]], *, queue_arn: str) -> dict[str, Any]:
    """Builds the event that Lambda makes of a batch of messages."""
    return {"Records": [_build_record(message, queue_arn) for message in messages]}


def select_handled(
    messages: Sequence[Mapping[str, Any]], outcome: Outcome
) -> list[Mapping[str, Any]]:
    """Returns the messages to delete: all but those that the answer lists as failed.

    After an error or an invalid answer it returns none, so that SQS delivers all of them again.
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


def _build_record(message: Mapping[str, Any], queue_arn: str) -> dict[str, Any]:
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {name: _build_attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def _build_attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name[0].lower() + name[1:]: content for name, content in value.items()}
    return {"stringListValues": [], "binaryListValues": [], **fields}
