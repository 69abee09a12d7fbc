"""Predicts by the endpoint where there is one and it works, else by the CPU model."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pybreaker import CircuitBreaker, CircuitBreakerError

from contracts import endpoint
from contracts.answers import Predictor
from contracts.endpoint import EndpointResponseError, Prediction
from contracts.endpoint_hours import EndpointHours
from contracts.metrics import PREDICTOR, Metric
from contracts.trace import draw_trace_id, read_trace_id
from lambdas import clock
from lambdas.cached_prediction import CachedPrediction
from lambdas.observability import emit_count, emit_seconds, logger, tracer
from lambdas.screening.current_model import LoadedModel
from screening.radiograph import Pixels

if TYPE_CHECKING:
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient

_ERRORS = (BotoCoreError, ClientError, EndpointResponseError)
# After this many failures the endpoint is left alone for a while, so that an outage costs each
# process a few timeouts and not one for each radiograph. Then one call tries again.
_MAX_FAILURES = 3
_BREAK_SECONDS = 30.0


class VersionMismatchError(EndpointResponseError):
    """The endpoint serves another model version than the card describes.

    A promotion updates the endpoint before the pointer moves, so this is usual for some minutes.
    """


class EndpointOrCpuPredictor:
    """`endpoint_name` is empty where there is no endpoint. Outside its `hours` there is none
    either, and an answer of the CPU model counts as no fallback.
    """

    def __init__(
        self,
        sagemaker: "SageMakerRuntimeClient",
        *,
        endpoint_name: str,
        hours: EndpointHours | None = None,
    ) -> None:
        self._sagemaker = sagemaker
        self._hours = hours
        self._endpoint_name = endpoint_name
        self._breaker = CircuitBreaker(
            fail_max=_MAX_FAILURES,
            reset_timeout=_BREAK_SECONDS,
            # Such an endpoint answers at once, and is of use again as soon as the pointer moves.
            exclude=[VersionMismatchError],
            throw_new_error_on_trip=False,
        )

    @tracer.capture_method(capture_response=False, capture_error=False)
    def predict(
        self, pixels: Sequence[Pixels], model: LoadedModel, *, trace_ids: Sequence[str]
    ) -> list[CachedPrediction]:
        """One prediction for each model input, in their order, from one call to the endpoint.

        `trace_ids` are those of the uploads. The first one names the call (`InferenceId`), also in
        the log of the container.
        """
        if pixels and self._has_endpoint():
            inference_id = next(filter(None, trace_ids), "") or read_trace_id() or draw_trace_id()
            try:
                predictions = self._breaker.call(
                    self._call_endpoint, pixels, model, inference_id=inference_id
                )
                logger.info(
                    "The endpoint answered",
                    extra={"inference_id": inference_id, "upload_trace_ids": list(trace_ids)},
                )
                return _label(predictions, Predictor.ENDPOINT)
            except CircuitBreakerError:
                emit_count(Metric.FALLBACK, len(pixels))
            except _ERRORS as error:
                logger.warning(
                    "The endpoint did not answer",
                    extra={"error": type(error).__name__, "inference_id": inference_id},
                )
                emit_count(Metric.FALLBACK, len(pixels))
                if isinstance(error, VersionMismatchError):
                    emit_count(Metric.VERSION_MISMATCH, len(pixels))
        return _label([model.cpu.predict(each) for each in pixels], Predictor.CPU)

    def _has_endpoint(self) -> bool:
        is_open = self._hours is None or self._hours.contain(clock.now())
        return bool(self._endpoint_name) and is_open

    def _call_endpoint(
        self, pixels: Sequence[Pixels], model: LoadedModel, *, inference_id: str
    ) -> list[Prediction]:
        started_at = time.monotonic()
        response = self._sagemaker.invoke_endpoint(
            EndpointName=self._endpoint_name,
            ContentType=endpoint.CONTENT_TYPE,
            Accept=endpoint.CONTENT_TYPE,
            InferenceId=inference_id,
            Body=endpoint.build_request([each.tobytes() for each in pixels]),
        )
        predictions = endpoint.parse_predictions(response["Body"].read(), expected=len(pixels))
        for prediction in predictions:
            if prediction.model_version != model.card.model_version:
                raise VersionMismatchError(f"the endpoint serves {prediction.model_version}")
            if len(prediction.attention) != model.card.attention_size:
                raise EndpointResponseError("a saliency map of another size")
        emit_seconds(Metric.ENDPOINT_SECONDS, time.monotonic() - started_at)
        return predictions


def _label(predictions: Sequence[Prediction], predictor: Predictor) -> list[CachedPrediction]:
    """The predictions with the predictor that made them, which a metric counts."""
    if predictions:
        emit_count(Metric.PREDICTIONS, len(predictions), **{PREDICTOR: predictor})
    return [CachedPrediction(prediction=each, predictor=predictor) for each in predictions]
