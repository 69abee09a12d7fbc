"""Brings radiographs from their arrival to their answers; the facts decide what is left to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import keys
from contracts.answers import Answer, Decision
from contracts.facts import Fact
from contracts.limits import MAX_FILE_BYTES
from contracts.metrics import DECISION, REASON, SITE, Metric
from contracts.record import FINAL_STATES, Record, State
from contracts.rejections import Rejection
from contracts.sites import SiteSettings
from lambdas import clock
from lambdas.cache import Cache, KnownPrediction
from lambdas.entries import entry_of
from lambdas.observability import count, logger, seconds, share, tracer
from lambdas.records import Store
from lambdas.screening import next_fact
from lambdas.screening.current_model import LoadedModel, Models
from lambdas.screening.predictor import Predictions
from screening import images
from screening.answer import build_answer
from screening.errors import RejectedFile
from screening.radiograph import Radiograph

# The fact that comes next after a record; None where another writer has said it.
Next = Callable[[Record], Fact | None]


class MissingObjectError(Exception):
    """S3 does not hold what an event or a fact says it holds; a later try may find it."""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A radiograph that was read, whose bytes came at `arrived`, and that awaits its answer."""

    record: Record
    radiograph: Radiograph
    arrived: datetime


@dataclass(frozen=True, kw_only=True)
class Screener:
    store: Store
    cache: Cache
    models: Models
    predictions: Predictions
    sites: Mapping[str, SiteSettings]
    read: Callable[[bytes], Radiograph]

    def receive(self, radiograph_id: str, *, arrived: datetime) -> Pending | None:
        """The radiograph where it awaits an answer; None where nothing is left to do."""
        record = self.store.record(radiograph_id)
        if record is None:
            logger.warning("An upload that nobody announced")
            count(Metric.UNKNOWN_UPLOAD)
            return None
        if record.state not in FINAL_STATES:
            record = self._receive(record)
            try:
                radiograph = self.read(self._content(record))
                return Pending(record=record, radiograph=radiograph, arrived=arrived)
            except RejectedFile as rejection:
                record = self._reject(record, rejection)
        self._show(record)
        return None

    @tracer.capture_method(capture_response=False, capture_error=False)
    def predict(self, pending: Sequence[Pending]) -> "Predicted":
        """By the cache for the same bytes and model version, and for all others at once."""
        model = self.models.current()
        known = {each.record.radiograph_id: self._known(each.record, model) for each in pending}
        unknown = [each for each in pending if known[each.record.radiograph_id] is None]
        pixels = [images.build_model_input(each.radiograph.pixels) for each in unknown]
        for each, fresh in zip(unknown, self.predictions.predict(pixels, model), strict=True):
            known[each.record.radiograph_id] = fresh
            self.cache.put_prediction(*_place(each.record, model), fresh)
        return Predicted(model=model, known={name: said for name, said in known.items() if said})

    @tracer.capture_method(capture_response=False, capture_error=False)
    def answer(self, pending: Pending, predicted: "Predicted") -> None:
        """Answer the radiograph, unless another writer has in the meantime."""
        said = self._look(pending, predicted)
        took = max(0.0, (clock.now() - pending.arrived).total_seconds())
        final = self._append(
            pending.record, lambda now: next_fact.screened(now, pending.radiograph, said, took)
        )
        if final.answer is said:  # Else another writer was first, and has measured it.
            _measure(pending.record, said, took)
            self._follow(pending.record, said)
        self._show(final)

    def fail(self, radiograph_id: str) -> None:
        """Say that we have not answered, for the doctor to read; an answer may still follow.

        It is counted here, since a function that dies of its last try counts nothing after it.
        """
        record = self.store.append(
            radiograph_id, lambda now: next_fact.failed(now) if now is not None else None
        )
        if record is not None and record.state is State.FAILED:
            count(Metric.FAILED, **{SITE: record.site})
            self._show(record)

    @tracer.capture_method(capture_response=False, capture_error=False)
    def _receive(self, record: Record) -> Record:
        """Fix the first version that arrived; its bytes are copied before its fact is written."""
        if record.object_version is not None:
            return record
        arrival = self.store.arrival(record.radiograph_id)
        if arrival is None:
            raise MissingObjectError
        if arrival.content is not None:
            original = keys.original(record.radiograph_id)
            self.store.put_picture(original, arrival.content, "application/octet-stream")
        received = self._append(record, lambda now: next_fact.received(now, arrival))
        self._show(received)
        return received

    def _follow(self, record: Record, said: Answer) -> None:
        """A model that says one thing of everybody shows in the rate of its last answers."""
        if said.decision is Decision.NOT_ASSESSED:
            return
        rate = self.cache.positive_rate(record.site, said.model_version, positive=said.positive)
        if rate is not None:
            share(Metric.POSITIVE_RATE, rate, **{SITE: record.site})

    def _content(self, record: Record) -> bytes:
        if record.bytes is not None and record.bytes > MAX_FILE_BYTES:
            raise RejectedFile(Rejection.TOO_LARGE)
        content = self.store.picture(keys.original(record.radiograph_id))
        if content is None:
            raise MissingObjectError
        return content

    def _reject(self, record: Record, rejection: RejectedFile) -> Record:
        count(Metric.REJECTED, **{SITE: record.site, REASON: rejection.reason})
        return self._append(record, lambda now: next_fact.rejected(now, rejection))

    def _look(self, pending: Pending, predicted: "Predicted") -> Answer:
        """The answer, with the pictures that doctors see stored beside it."""
        record, radiograph = pending.record, pending.radiograph
        name = record.radiograph_id
        known = predicted.known[name]
        overlay = images.encode_saliency_overlay(
            known.prediction.attention, radiograph.pixels.shape
        )
        self._put_png(keys.rendition(name), images.encode_rendition(radiograph.pixels))
        self._put_png(keys.thumbnail(name), images.encode_thumbnail(radiograph.pixels))
        self._put_png(keys.attention(name), overlay)
        identity = {tag: text for tag, text in radiograph.identity.to_json().items() if text}
        if identity:
            self.store.merge_identity(name, {"dicom": identity})
        return build_answer(
            known.prediction,
            predicted.model.card,
            predictor=known.predictor,
            site=self.sites.get(record.site),
            age_years=next_fact.age_years(record, radiograph),
            photographed=radiograph.photographed,
            exclusion=radiograph.not_for_us,
        )

    def _known(self, record: Record, model: LoadedModel) -> KnownPrediction | None:
        known = self.cache.prediction(*_place(record, model))
        if known is not None:
            count(Metric.ANSWER_REUSED)
        return known

    def _put_png(self, key: str, content: bytes) -> None:
        self.store.put_picture(key, content, "image/png")

    def _append(self, record: Record, fact: Next) -> Record:
        """The record after `fact`, or as another writer has finished it in the meantime."""
        known = self.store.append(
            record.radiograph_id, lambda now: fact(now) if now is not None else None
        )
        assert known is not None
        return known

    def _show(self, record: Record) -> None:
        self.cache.put(entry_of(self.store, record))


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """What `model` says of some radiographs, by their ids."""

    model: LoadedModel
    known: Mapping[str, KnownPrediction]


def _place(record: Record, model: LoadedModel) -> tuple[str, str, str]:
    """Where the cache keeps what was said of these bytes."""
    assert record.sha256 is not None
    return record.site, record.sha256, model.card.model_version


def _measure(record: Record, said: Answer, took: float) -> None:
    site = {SITE: record.site}
    count(Metric.ANSWERED, **site, **{DECISION: said.decision})
    seconds(Metric.END_TO_END_SECONDS, took, **site)
    if said.decision is not Decision.NOT_ASSESSED:
        share(Metric.PROBABILITY, said.probability, **site)
        share(Metric.POSITIVE, float(said.positive), **site)
