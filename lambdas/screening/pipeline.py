"""Brings radiographs from their upload to their answers; the facts decide which steps are left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import keys
from contracts.answers import Answer
from contracts.limits import MAX_FILE_BYTES
from contracts.metrics import REASON, SITE, Metric
from contracts.record import FINAL_STATES, Record, State
from contracts.rejections import Rejection
from contracts.sites import SiteSettings
from lambdas import clock
from lambdas.cache import Cache
from lambdas.cached_prediction import CachedPrediction
from lambdas.identified_record import identify
from lambdas.identity import IdentityStore, StoredIdentity
from lambdas.images import ImageStore
from lambdas.observability import emit_count, logger, tracer
from lambdas.records import FactBuilder, RecordStore
from lambdas.screening import fact_builders
from lambdas.screening.answer_metrics import emit_answer_metrics, emit_positive_rate
from lambdas.screening.current_model import CurrentModel, LoadedModel
from lambdas.screening.predictor import EndpointOrCpuPredictor
from screening import images
from screening.answer import build_answer
from screening.errors import RejectedFile
from screening.radiograph import Radiograph


class MissingObjectError(Exception):
    """S3 lacks an object that an event or a fact names; a later attempt may find it."""


@dataclass(frozen=True, kw_only=True)
class PendingRadiograph:
    """A decoded radiograph without an answer. `record` and `identity` are as last read or written;
    `arrived_at` is the time of the upload.
    """

    record: Record
    identity: StoredIdentity
    radiograph: Radiograph
    arrived_at: datetime


@dataclass(frozen=True, kw_only=True)
class BatchPredictions:
    """The predictions of `model`, by radiograph id."""

    model: LoadedModel
    by_id: Mapping[str, CachedPrediction]


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    records: RecordStore
    images: ImageStore
    identities: IdentityStore
    cache: Cache
    model: CurrentModel
    predictor: EndpointOrCpuPredictor
    sites: Mapping[str, SiteSettings]
    decode: Callable[[bytes], Radiograph]

    def receive(
        self, radiograph_id: str, *, arrived_at: datetime, is_last_attempt: bool
    ) -> PendingRadiograph | None:
        """Stores and decodes the upload. Returns None where no answer is left to give.

        The last attempt begins by writing `failed`: a function that dies can write nothing. An
        answer may still follow.
        """
        record = self.records.read(radiograph_id)
        if record is None:
            logger.warning("Nobody announced this upload")
            emit_count(Metric.UNKNOWN_UPLOAD)
            return None
        if is_last_attempt:
            record = self._record_failure(record)
        identity = self.identities.read(radiograph_id)
        if record.state is State.FAILED:
            self._update_cache(record, identity)
        content = None
        if record.object_version is None and record.state not in FINAL_STATES:
            record, identity, content = self._store_upload(record, identity)
        if record.state in FINAL_STATES:
            self._update_cache(record, identity)
            return None
        try:
            radiograph = self.decode(self._check_original(record, content))
        except RejectedFile as rejection:
            self._reject(record, identity, rejection)
            return None
        return PendingRadiograph(
            record=record, identity=identity, radiograph=radiograph, arrived_at=arrived_at
        )

    @tracer.capture_method(capture_response=False, capture_error=False)
    def predict(self, pending: Sequence[PendingRadiograph]) -> BatchPredictions:
        """Takes from the cache what the same model version predicted for the same bytes, and
        predicts all others in one call.
        """
        model = self.model.get()
        cached = {each.record.radiograph_id: self._read_cached(each, model) for each in pending}
        by_id = {name: prediction for name, prediction in cached.items() if prediction}
        missing = [each for each in pending if each.record.radiograph_id not in by_id]
        pixels = [images.build_model_input(each.radiograph.pixels) for each in missing]
        predictions = self.predictor.predict(pixels, model)
        for each, prediction in zip(missing, predictions, strict=True):
            by_id[each.record.radiograph_id] = prediction
            self.cache.put_prediction(*_cache_key(each.record, model), prediction)
        return BatchPredictions(model=model, by_id=by_id)

    @tracer.capture_method(capture_response=False, capture_error=False)
    def answer(self, pending: PendingRadiograph, predictions: BatchPredictions) -> None:
        """Writes the answer, unless another writer has done so in the meantime."""
        prediction = predictions.by_id[pending.record.radiograph_id]
        self._store_images(pending, prediction)
        identity = self._store_dicom_identity(pending)
        answer = self._build_answer(pending, prediction, predictions.model)
        seconds = max(0.0, (clock.now() - pending.arrived_at).total_seconds())
        record, _ = self._append(
            pending.record,
            identity,
            lambda record: fact_builders.build_screened(
                record, pending.radiograph, answer, seconds
            ),
        )
        if record.answer is answer:  # Otherwise the other writer emits the metrics.
            emit_answer_metrics(record.site, answer, seconds)
            emit_positive_rate(self.cache, record.site, answer)

    def _record_failure(self, record: Record) -> Record:
        """Counts the failure here, since a function that dies later counts nothing.

        The identity is not needed for it: the images bucket may be what fails.
        """
        record = self.records.append(record, fact_builders.build_failed).record
        if record.state is State.FAILED:
            emit_count(Metric.FAILED, **{SITE: record.site})
        return record

    @tracer.capture_method(capture_response=False, capture_error=False)
    def _store_upload(
        self, record: Record, identity: StoredIdentity
    ) -> tuple[Record, StoredIdentity, bytes | None]:
        """Copies the first version that arrived before its fact is written, and returns its bytes;
        None where the fact is of another writer, or the file is over the limit.
        """
        file = self.images.read_first_upload(record.radiograph_id)
        if file is None:
            raise MissingObjectError
        if file.content is not None:
            original = keys.original(record.radiograph_id)
            self.images.write(original, file.content, content_type="application/octet-stream")
        record, identity = self._append(
            record, identity, lambda record: fact_builders.build_received(record, file)
        )
        is_same_file = record.sha256 == file.sha256
        return record, identity, file.content if is_same_file else None

    def _check_original(self, record: Record, content: bytes | None) -> bytes:
        """The bytes of the file: `content`, or where it is None, from S3. Raises RejectedFile for
        a file over the limit.
        """
        if record.bytes is not None and record.bytes > MAX_FILE_BYTES:
            raise RejectedFile(Rejection.TOO_LARGE)
        if content is None:
            content = self.images.read(keys.original(record.radiograph_id))
        if content is None:
            raise MissingObjectError
        return content

    def _reject(self, record: Record, identity: StoredIdentity, rejection: RejectedFile) -> None:
        emit_count(Metric.REJECTED, **{SITE: record.site, REASON: rejection.reason})
        self._append(
            record, identity, lambda record: fact_builders.build_rejected(record, rejection)
        )

    def _store_images(self, pending: PendingRadiograph, prediction: CachedPrediction) -> None:
        name, pixels = pending.record.radiograph_id, pending.radiograph.pixels
        saliency = prediction.prediction.attention
        for key, content in {
            keys.rendition(name): images.encode_rendition(pixels),
            keys.thumbnail(name): images.encode_thumbnail(pixels),
            keys.attention(name): images.encode_saliency_overlay(saliency, pixels.shape),
        }.items():
            self.images.write(key, content, content_type="image/png")

    def _store_dicom_identity(self, pending: PendingRadiograph) -> StoredIdentity:
        tags = pending.radiograph.identity.to_json()
        identifiers = {tag: text for tag, text in tags.items() if text}
        if not identifiers:
            return pending.identity
        return self.identities.merge(
            pending.record.radiograph_id, {"dicom": identifiers}, identity=pending.identity
        )

    def _build_answer(
        self, pending: PendingRadiograph, prediction: CachedPrediction, model: LoadedModel
    ) -> Answer:
        record, radiograph = pending.record, pending.radiograph
        return build_answer(
            prediction.prediction,
            model.card,
            predictor=prediction.predictor,
            site=self.sites.get(record.site),
            age_years=fact_builders.resolve_age_years(record, radiograph),
            photographed=radiograph.photographed,
            exclusion=radiograph.not_for_us,
        )

    def _read_cached(
        self, pending: PendingRadiograph, model: LoadedModel
    ) -> CachedPrediction | None:
        prediction = self.cache.read_prediction(*_cache_key(pending.record, model))
        if prediction is not None:
            emit_count(Metric.ANSWER_REUSED)
        return prediction

    def _append(
        self, record: Record, identity: StoredIdentity, build_fact: FactBuilder
    ) -> tuple[Record, StoredIdentity]:
        """The record after the fact, in the cache as well, with its identity. Where another writer
        was first, the identity is read again: it may have a note, or be removed.
        """
        result = self.records.append(record, build_fact)
        if result.conflict:
            identity = self.identities.read(record.radiograph_id)
        self._update_cache(result.record, identity)
        return result.record, identity

    def _update_cache(self, record: Record, identity: StoredIdentity) -> None:
        self.cache.put_record(identify(record, identity))


def _cache_key(record: Record, model: LoadedModel) -> tuple[str, str, str]:
    """Site, SHA-256 and model version, by which the cache holds a prediction."""
    assert record.sha256 is not None
    return record.site, record.sha256, model.card.model_version
