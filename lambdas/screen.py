"""Screens what was uploaded: S3's events, through SQS, in batches that may fail in part."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.queue import MAX_RECEIVES
from lambdas import clients, settings, store
from lambdas.cache import connect
from lambdas.model_files import ModelFiles
from lambdas.models import Models
from lambdas.observability import logger, tracer
from lambdas.predictor import Predictions
from lambdas.screener import Screener
from screening.bounded import BoundedReader


class _Processor(BatchProcessor):
    def failure_handler(self, record: Any, exception: Any) -> Any:
        logger.error("A message failed", extra={"error": exception[0].__name__})
        return super().failure_handler(record, exception)


_PROCESSOR = _Processor(EventType.SQS, raise_on_entire_batch_failure=False)


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """An event without messages only loads the model, so that the first doctor does not wait."""
    if not event["Records"]:
        _screener().models.current()
        return {"batchItemFailures": []}
    return process_partial_response(
        event=event, record_handler=_screen, processor=_PROCESSOR, context=context
    )


def uploads(body: str) -> Iterator[tuple[str, datetime]]:
    """The radiographs that an S3 event names, and when each arrived; none for S3's test event."""
    for event in json.loads(body).get("Records", []):
        key = unquote_plus(event["s3"]["object"]["key"])
        folder, _, radiograph = key.partition("/")
        if folder == "incoming" and radiograph:
            yield radiograph, datetime.fromisoformat(event["eventTime"])


def _screen(record: SQSRecord) -> None:
    for radiograph, arrived in uploads(record.body):
        logger.append_keys(radiograph_id=radiograph)
        if _is_last_try(record):
            # Written first, since a function that dies can write nothing; an answer may follow.
            _screener().fail(radiograph)
        _screener().screen(radiograph, arrived=arrived)


def _is_last_try(record: SQSRecord) -> bool:
    return int(record.attributes.approximate_receive_count) >= MAX_RECEIVES


@cache
def _screener() -> Screener:
    known = settings.from_environment()
    return Screener(
        store=store.connect(known),
        cache=connect(known),
        models=Models(ModelFiles(clients.s3(), known.models_bucket)),
        predictions=Predictions(clients.sagemaker(), endpoint_name=known.endpoint_name),
        sites=known.sites,
        read=_reader(),
    )


@cache
def _reader() -> BoundedReader:
    """Apart, because its process outlives what is known of the surroundings."""
    return BoundedReader()
