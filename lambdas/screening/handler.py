"""Screens what was uploaded: S3's events, through SQS, in batches that may fail in part."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.queue import MAX_RECEIVE_COUNT
from lambdas import clients, records, settings
from lambdas.cache import connect
from lambdas.observability import logger, tracer
from lambdas.screening.current_model import Models
from lambdas.screening.pipeline import Pending, Predicted, Screener
from lambdas.screening.predictor import Predictions
from screening.sandbox import SandboxedDecoder
from storage.models_bucket import ModelsBucket


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Each message fails alone; those that come through are predicted in one call. An event without
    messages only loads the model, so that the first doctor does not wait.
    """
    messages = event["Records"]
    if not messages:
        _screener().models.current()
        return {"batchItemFailures": []}
    batch = _Batch(_screener())
    failed = _each(messages, batch.receive)
    received = [message for message in messages if message["messageId"] not in failed]
    failed += _each(received, batch.answer)
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


class _Batch:
    """The radiographs of one event. One that nobody can predict fails in `answer`."""

    def __init__(self, screener: Screener) -> None:
        self._screener = screener
        self._pending: dict[str, list[Pending]] = {}

    def receive(self, record: SQSRecord) -> None:
        pending = []
        for radiograph, arrived in uploads(record.body):
            logger.append_keys(radiograph_id=radiograph)
            if _is_last_try(record):
                # Written first: a function that dies can write nothing; an answer may follow.
                self._screener.fail(radiograph)
            pending.append(self._screener.receive(radiograph, arrived=arrived))
        self._pending[record.message_id] = [each for each in pending if each is not None]

    def answer(self, record: SQSRecord) -> None:
        for pending in self._pending[record.message_id]:
            logger.append_keys(radiograph_id=pending.record.radiograph_id)
            self._screener.answer(pending, self._predicted)

    @cached_property
    def _predicted(self) -> Predicted:
        return self._screener.predict([each for some in self._pending.values() for each in some])


class _Processor(BatchProcessor):
    def failure_handler(self, record: Any, exception: Any) -> Any:
        logger.error("A message failed", extra={"error": exception[0].__name__})
        return super().failure_handler(record, exception)


def _each(messages: list[Any], handle: Callable[[SQSRecord], None]) -> list[str]:
    """The ids of the messages that failed."""
    processor = _Processor(EventType.SQS, raise_on_entire_batch_failure=False)
    with processor(messages, handle):
        processor.process()
    return [str(each["itemIdentifier"]) for each in processor.response()["batchItemFailures"]]


def uploads(body: str) -> Iterator[tuple[str, datetime]]:
    """The radiographs that an S3 event names, and when each arrived; none for S3's test event."""
    for event in json.loads(body).get("Records", []):
        key = unquote_plus(event["s3"]["object"]["key"])
        folder, _, radiograph = key.partition("/")
        if folder == "incoming" and radiograph:
            yield radiograph, datetime.fromisoformat(event["eventTime"])


def _is_last_try(message: SQSRecord) -> bool:
    return int(message.attributes.approximate_receive_count) >= MAX_RECEIVE_COUNT


@cache
def _screener() -> Screener:
    known = settings.from_environment()
    return Screener(
        store=records.connect(known),
        cache=connect(known),
        models=Models(ModelsBucket(clients.s3(), known.models_bucket)),
        predictions=Predictions(clients.sagemaker(), endpoint_name=known.endpoint_name),
        sites=known.sites,
        read=_reader(),
    )


@cache
def _reader() -> SandboxedDecoder:
    """Apart, because its process outlives what is known of the surroundings."""
    return SandboxedDecoder()
