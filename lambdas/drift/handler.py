"""Compares each site's last answers with its own first ones, each hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from contracts.metrics import SIGNAL, SITE, Metric
from contracts.record import Record
from contracts.serialisation import MessageError
from lambdas import clients, clock
from lambdas.cache import connect_cache
from lambdas.drift.observations import Observation, observe
from lambdas.drift.reference_store import ReferenceStore
from lambdas.drift.reviews import find_release_notes, find_review_notes
from lambdas.drift.signals import (
    REFERENCE,
    WINDOW,
    Severity,
    Signal,
    build_reference,
    compare,
)
from lambdas.identity import IdentityStore
from lambdas.observability import emit_count, emit_share, logger, tracer
from lambdas.record_chunks import read_records
from lambdas.record_reader import RecordReader
from lambdas.records import RecordStore
from lambdas.settings import Settings, read_settings
from lambdas.worklist_index import WorklistIndex

# The window, the reference and what lies between; one listing of S3.
_EXAMINED = 1000
_ERRORS = (MessageError, BotoCoreError, ClientError)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Returns how many signals of each site ring. One site that fails keeps no other from it."""
    watch = _connect(read_settings())
    counts: dict[str, int] = {}
    errors: list[Exception] = []
    for site in watch.index.list_sites():
        try:
            counts[site] = watch.watch_site(site)
        except _ERRORS as error:
            logger.error("A site was not compared", extra={"error": type(error).__name__})
            errors.append(error)
    if errors:
        raise errors[0]
    return counts


@dataclass(frozen=True, kw_only=True)
class _Watch:
    index: WorklistIndex
    reader: RecordReader
    references: ReferenceStore

    def watch_site(self, site: str) -> int:
        """Emits the signals of the site; returns how many ring."""
        entries = self.index.list_page(site, after=None, limit=_EXAMINED).entries
        current, before = _divide_by_model(list(read_records(self.reader, entries)))
        signals = self._compare(site, current)
        for signal in signals:
            emit_share(Metric.DRIFT, signal.psi, **{SITE: site, SIGNAL: signal.name})
        pages = [signal.name for signal in signals if signal.severity is Severity.PAGE]
        notes = [signal.name for signal in signals if signal.severity is Severity.NOTE]
        notes += find_review_notes(current, now=clock.now())
        notes += find_release_notes(current, before)
        emit_count(Metric.DRIFT_PAGES, len(pages), **{SITE: site})
        emit_count(Metric.DRIFT_NOTES, len(notes), **{SITE: site})
        if pages or notes:
            logger.warning("Answers drift", extra={"site": site, "pages": pages, "notes": notes})
        return len(pages) + len(notes)

    def _compare(self, site: str, records: Sequence[Record]) -> list[Signal]:
        """No signals before the site has enough answers of the model version."""
        observations = [each for record in records if (each := observe(record)) is not None]
        if len(observations) < WINDOW or records[0].answer is None:
            return []
        version = records[0].answer.model_version
        reference = self.references.read(site, version)
        if reference is None:
            if len(observations) < REFERENCE:
                return []
            first: Sequence[Observation] = observations[-REFERENCE:]
            self.references.create(site, version, build_reference(first))
            reference = self.references.read(site, version)
        return compare(reference, observations[:WINDOW]) if reference else []


def _divide_by_model(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """The records with an answer of the newest answer's model version, and those with an answer of
    another one, newest first.
    """
    answered = [(record, record.answer) for record in records if record.answer is not None]
    newest = answered[0][1].model_version if answered else ""
    return (
        [record for record, answer in answered if answer.model_version == newest],
        [record for record, answer in answered if answer.model_version != newest],
    )


def _connect(settings: Settings) -> _Watch:
    s3 = clients.s3()
    return _Watch(
        index=WorklistIndex(
            s3, facts_bucket=settings.facts_bucket, images_bucket=settings.images_bucket
        ),
        reader=RecordReader(
            records=RecordStore(s3, settings.facts_bucket),
            identities=IdentityStore(s3, settings.images_bucket),
            cache=connect_cache(settings),
        ),
        references=ReferenceStore(s3, settings.facts_bucket),
    )
