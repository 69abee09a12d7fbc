"""Brings radiographs from their upload to their answers: receive, predict, answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts import keys
from contracts.answers import Answer
from contracts.metrics import Metric
from contracts.record import Record
from contracts.sites import SiteSettings
from lambdas import clock
from lambdas.cache import Cache
from lambdas.cached_prediction import CachedPrediction
from lambdas.identity import IdentityStore, StoredIdentity
from lambdas.images import ImageStore
from lambdas.observability import emit_count, tracer
from lambdas.screening import fact_builders
from lambdas.screening.answer_metrics import emit_answer_metrics, emit_positive_rate
from lambdas.screening.current_model import CurrentModel, LoadedModel
from lambdas.screening.current_settings import CurrentSettings
from lambdas.screening.predictor import EndpointOrCpuPredictor
from lambdas.screening.record_writer import RecordWriter
from lambdas.screening.upload_receiver import PendingRadiograph, UploadReceiver
from screening import images
from screening.answer import build_answer
from screening.input_statistics import measure_input
from screening.saliency_overlay import encode_saliency_overlay


@dataclass(frozen=True, kw_only=True)
class BatchPredictions:
    """The predictions of `model`, by radiograph id."""

    model: LoadedModel
    by_id: Mapping[str, CachedPrediction]


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    receiver: UploadReceiver
    writer: RecordWriter
    images: ImageStore
    identities: IdentityStore
    cache: Cache
    model: CurrentModel
    predictor: EndpointOrCpuPredictor
    settings: CurrentSettings

    @tracer.capture_method(capture_response=False, capture_error=False)
    def predict(self, pending: Sequence[PendingRadiograph]) -> BatchPredictions:
        """Takes from the cache what the same model version predicted for the same bytes, and
        predicts all others in one call.
        """
        model = self.model.get()
        cached = {each.record.radiograph_id: self._read_cached(each, model) for each in pending}
        by_id = {key: prediction for key, prediction in cached.items() if prediction}
        missing = [each for each in pending if each.record.radiograph_id not in by_id]
        pixels = [images.build_model_input(each.radiograph.pixels) for each in missing]
        predictions = self.predictor.predict(
            pixels, model, trace_ids=[each.record.trace_id for each in missing]
        )
        for each, prediction in zip(missing, predictions, strict=True):
            by_id[each.record.radiograph_id] = prediction
            self.cache.put_prediction(*_cache_key(each.record, model), prediction)
        return BatchPredictions(model=model, by_id=by_id)

    @tracer.capture_method(capture_response=False, capture_error=False)
    def answer(self, pending: PendingRadiograph, predictions: BatchPredictions) -> None:
        """Writes the answer, unless another writer has done so in the meantime."""
        tracer.put_annotation("radiograph", pending.record.radiograph_id)
        prediction = predictions.by_id[pending.record.radiograph_id]
        self._store_images(pending, prediction)
        identity = self._store_dicom_identity(pending)
        settings = self.settings.get(pending.record.site)
        answer = self._build_answer(
            pending,
            prediction,
            model=predictions.model,
            site=settings.settings if settings else None,
        )
        seconds = max(0.0, (clock.now() - pending.arrived_at).total_seconds())
        statistics = measure_input(images.build_model_input(pending.radiograph.pixels))
        record, _ = self.writer.append(
            pending.record,
            identity,
            lambda record: fact_builders.build_screened(
                record,
                pending.radiograph,
                answer=answer,
                seconds=seconds,
                settings=settings,
                statistics=statistics,
            ),
        )
        if record.answer is answer:  # Otherwise the other writer emits the metrics.
            emit_answer_metrics(record.site, answer, seconds)
            emit_positive_rate(self.cache, record.site, answer)

    def _store_images(self, pending: PendingRadiograph, prediction: CachedPrediction) -> None:
        radiograph_id, pixels = pending.record.radiograph_id, pending.radiograph.pixels
        saliency = prediction.prediction.attention
        for key, content in {
            keys.rendition(radiograph_id): images.encode_rendition(pixels),
            keys.thumbnail(radiograph_id): images.encode_thumbnail(pixels),
            keys.attention(radiograph_id): encode_saliency_overlay(saliency, pixels.shape),
        }.items():
            self.images.write(key, content, content_type="image/png")

    def _store_dicom_identity(self, pending: PendingRadiograph) -> StoredIdentity:
        """Fails where the identity was removed since it was read, so that nothing restores it."""
        tags = pending.radiograph.identity.to_json()
        identifiers = {tag: text for tag, text in tags.items() if text}
        if not identifiers:
            return pending.identity
        return self.identities.merge(
            pending.record.radiograph_id, {"dicom": identifiers}, identity=pending.identity
        )

    def _build_answer(
        self,
        pending: PendingRadiograph,
        prediction: CachedPrediction,
        *,
        model: LoadedModel,
        site: SiteSettings | None,
    ) -> Answer:
        record, radiograph = pending.record, pending.radiograph
        return build_answer(
            prediction.prediction,
            model.card,
            predictor=prediction.predictor,
            site=site,
            age_years=fact_builders.resolve_age_years(record, radiograph),
            photographed=radiograph.photographed,
            mirrored=radiograph.mirrored,
            exclusion=radiograph.exclusion,
        )

    def _read_cached(
        self, pending: PendingRadiograph, model: LoadedModel
    ) -> CachedPrediction | None:
        prediction = self.cache.read_prediction(*_cache_key(pending.record, model))
        if prediction is not None:
            emit_count(Metric.ANSWER_REUSED)
        return prediction


def _cache_key(record: Record, model: LoadedModel) -> tuple[str, str, str]:
    """Site, SHA-256 and model version, by which the cache holds a prediction."""
    assert record.sha256 is not None
    return record.site, record.sha256, model.card.model_version
