"""Chooses who answers: the endpoint where there is one and it is well, else the CPU model."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pybreaker import CircuitBreaker, CircuitBreakerError

from contracts import endpoint
from contracts.answers import Predictor
from contracts.endpoint import EndpointResponseError, Prediction
from contracts.metrics import PREDICTOR, Metric
from lambdas.cache import KnownPrediction
from lambdas.observability import count, logger, seconds, tracer
from lambdas.screening.current_model import LoadedModel
from screening.radiograph import Pixels

if TYPE_CHECKING:
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient

_UNUSABLE = (BotoCoreError, ClientError, EndpointResponseError)
# After this many calls without an answer nobody asks for a while, so that an outage costs each
# process a few timeouts and not one a radiograph. Then one call tries.
_FAILURES = 3
_REST_SECONDS = 30.0


class VersionMismatchError(EndpointResponseError):
    """The endpoint answers with another model than the card describes."""


class Predictions:
    """`endpoint_name` is empty where the CPU model alone answers."""

    def __init__(
        self,
        sagemaker: "SageMakerRuntimeClient",
        *,
        endpoint_name: str,
        rest_seconds: float = _REST_SECONDS,
    ) -> None:
        self._sagemaker = sagemaker
        self._endpoint = endpoint_name
        self._breaker = CircuitBreaker(
            fail_max=_FAILURES, reset_timeout=rest_seconds, throw_new_error_on_trip=False
        )

    @tracer.capture_method(capture_response=False, capture_error=False)
    def predict(self, pixels: Sequence[Pixels], model: LoadedModel) -> list[KnownPrediction]:
        """The predictions for some model inputs, in their order, from one call to the endpoint."""
        if self._endpoint and pixels:
            try:
                asked = self._breaker.call(self._ask_endpoint, pixels, model)
                return self._made(asked, Predictor.ENDPOINT)
            except CircuitBreakerError:
                count(Metric.FALLBACK, len(pixels))
            except _UNUSABLE as error:
                logger.warning("The endpoint did not answer", extra={"error": type(error).__name__})
                count(Metric.FALLBACK, len(pixels))
        return self._made([model.cpu.predict(each) for each in pixels], Predictor.CPU)

    def _ask_endpoint(self, pixels: Sequence[Pixels], model: LoadedModel) -> list[Prediction]:
        started = time.monotonic()
        answer = self._sagemaker.invoke_endpoint(
            EndpointName=self._endpoint,
            ContentType=endpoint.CONTENT_TYPE,
            Accept=endpoint.CONTENT_TYPE,
            Body=endpoint.build_request([each.tobytes() for each in pixels]),
        )
        predictions = endpoint.parse_predictions(answer["Body"].read(), expected=len(pixels))
        for prediction in predictions:
            if prediction.model_version != model.card.model_version:
                raise VersionMismatchError(f"the endpoint serves {prediction.model_version}")
            if len(prediction.attention) != model.card.attention_size:
                raise EndpointResponseError("an attention map of another size")
        seconds(Metric.ENDPOINT_SECONDS, time.monotonic() - started)
        return predictions

    def _made(self, predictions: Sequence[Prediction], by: Predictor) -> list[KnownPrediction]:
        if predictions:
            count(Metric.PREDICTIONS, len(predictions), **{PREDICTOR: by})
        return [KnownPrediction(prediction=each, predictor=by) for each in predictions]
