"""Handles the events of uploads, which S3 sends through SQS in batches that may fail in part."""

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

from contracts.metrics import Metric
from contracts.queue import MAX_RECEIVE_COUNT
from lambdas import clients
from lambdas.cache import connect_cache
from lambdas.identity import IdentityStore
from lambdas.images import ImageStore
from lambdas.observability import emit_count, logger, tracer
from lambdas.records import RecordStore
from lambdas.screening.current_model import CurrentModel
from lambdas.screening.current_settings import CurrentSettings
from lambdas.screening.pipeline import BatchPredictions, Pipeline
from lambdas.screening.predictor import EndpointOrCpuPredictor
from lambdas.screening.record_writer import RecordWriter
from lambdas.screening.upload_receiver import PendingRadiograph, UploadReceiver
from lambdas.search_entries import SearchEntries
from lambdas.search_index import connect_search_index
from lambdas.settings import read_settings
from lambdas.worklist_index import WorklistIndex
from screening.radiograph import Radiograph
from screening.sandbox import SandboxedDecoder
from storage.models_bucket import ModelsBucket
from storage.site_settings import SiteSettingsStore


@logger.inject_lambda_context(clear_state=True)
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Returns the messages that failed; the others are answered, after one call to predict all.

    An event without messages loads the model alone, so that the first doctor does not wait for it.
    """
    messages = event["Records"]
    if not messages:
        pipeline().model.get()
        return {"batchItemFailures": []}
    batch = _Batch(pipeline())
    failed = _process(messages, batch.receive)
    received = [message for message in messages if message["messageId"] not in failed]
    failed += _process(received, batch.answer)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


class _Batch:
    """The radiographs of one event. Where the prediction fails, `answer` fails for each."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._pending: dict[str, list[PendingRadiograph]] = {}

    def receive(self, message: SQSRecord) -> None:
        pending = []
        for radiograph_id, arrived_at in parse_uploads(message.body):
            logger.append_keys(radiograph_id=radiograph_id)
            radiograph = self._pipeline.receiver.receive(
                radiograph_id,
                arrived_at=arrived_at,
                is_last_attempt=_is_last_attempt(message),
            )
            if radiograph is not None:
                pending.append(radiograph)
        self._pending[message.message_id] = pending

    def answer(self, message: SQSRecord) -> None:
        for pending in self._pending[message.message_id]:
            record = pending.record
            logger.append_keys(radiograph_id=record.radiograph_id, upload_trace_id=record.trace_id)
            self._pipeline.answer(pending, self._predictions)

    @cached_property
    def _predictions(self) -> BatchPredictions:
        pending = [radiograph for batch in self._pending.values() for radiograph in batch]
        return self._pipeline.predict(pending)


class _Processor(BatchProcessor):
    def failure_handler(self, record: Any, exception: Any) -> Any:
        logger.error("A message failed", extra={"error": exception[0].__name__})
        return super().failure_handler(record, exception)


def _process(messages: list[Any], handle: Callable[..., None]) -> list[str]:
    """Calls `handle` with each message; returns the ids of the messages that failed."""
    processor = _Processor(EventType.SQS, raise_on_entire_batch_failure=False)
    # Powertools passes the message by the parameter name `record`.
    with processor(messages, lambda record: handle(record)):
        processor.process()
    return [str(each["itemIdentifier"]) for each in processor.response()["batchItemFailures"]]


def parse_uploads(body: str) -> Iterator[tuple[str, datetime]]:
    """The radiograph ids in an S3 event, and the time of each upload; none in S3's test event."""
    for event in json.loads(body).get("Records", []):
        key = unquote_plus(event["s3"]["object"]["key"])
        folder, _, radiograph_id = key.partition("/")
        if folder == "incoming" and radiograph_id:
            yield radiograph_id, datetime.fromisoformat(event["eventTime"])


def _is_last_attempt(message: SQSRecord) -> bool:
    return int(message.attributes.approximate_receive_count) >= MAX_RECEIVE_COUNT


@cache
def pipeline() -> Pipeline:
    """Made once for each process, from the environment."""
    settings, s3 = read_settings(), clients.s3()
    records = RecordStore(s3, settings.facts_bucket, is_locked=settings.locks_facts)
    images = ImageStore(s3, settings.images_bucket)
    identities = IdentityStore(s3, settings.images_bucket)
    connection = connect_cache(settings)
    index = WorklistIndex(
        s3, facts_bucket=settings.facts_bucket, images_bucket=settings.images_bucket
    )
    writer = RecordWriter(
        records=records,
        identities=identities,
        cache=connection,
        index=index,
        search=SearchEntries(index=connect_search_index(settings), identities=identities),
    )
    return Pipeline(
        receiver=UploadReceiver(
            records=records,
            images=images,
            identities=identities,
            writer=writer,
            decode=_decode,
        ),
        writer=writer,
        images=images,
        identities=identities,
        cache=connection,
        model=CurrentModel(ModelsBucket(s3, settings.models_bucket)),
        predictor=EndpointOrCpuPredictor(
            clients.sagemaker(),
            endpoint_name=settings.endpoint_name,
            hours=settings.endpoint_hours,
        ),
        settings=CurrentSettings(
            SiteSettingsStore(s3, settings.facts_bucket), deployed=settings.sites
        ),
    )


def _decode(content: bytes) -> Radiograph:
    """Counts the files that are decoded without a filter of system calls: the kernel refuses it."""
    radiograph = decoder()(content)
    if not decoder().is_confined:
        emit_count(Metric.DECODER_UNCONFINED)
    return radiograph


@cache
def decoder() -> SandboxedDecoder:
    """Apart from the pipeline, because its process also serves a pipeline with other settings."""
    return SandboxedDecoder()
