"""Chooses who answers: the endpoint where there is one and it is well, else the CPU model."""

import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from contracts import endpoint
from contracts.answers import Predictor
from contracts.endpoint import EndpointAnswerError, Prediction
from contracts.metrics import PREDICTOR, Metric
from lambdas.models import LoadedModel
from lambdas.observability import count, logger, seconds, tracer
from screening.radiograph import Pixels

if TYPE_CHECKING:
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient

_UNUSABLE = (BotoCoreError, ClientError, EndpointAnswerError)


class VersionMismatchError(EndpointAnswerError):
    """The endpoint answers with another model than the card describes."""


class Predictions:
    """`endpoint_name` is empty where the CPU model alone answers."""

    def __init__(self, sagemaker: "SageMakerRuntimeClient", *, endpoint_name: str) -> None:
        self._sagemaker = sagemaker
        self._endpoint = endpoint_name

    @tracer.capture_method(capture_response=False, capture_error=False)
    def predict(self, pixels: Pixels, model: LoadedModel) -> tuple[Prediction, Predictor]:
        """The prediction for the model input `pixels`, and who made it."""
        if self._endpoint:
            try:
                return self._ask_endpoint(pixels, model), self._made_by(Predictor.ENDPOINT)
            except _UNUSABLE as error:
                logger.warning("The endpoint did not answer", extra={"error": type(error).__name__})
                count(Metric.FALLBACK)
        return model.cpu.predict(pixels), self._made_by(Predictor.CPU)

    def _ask_endpoint(self, pixels: Pixels, model: LoadedModel) -> Prediction:
        started = time.monotonic()
        answer = self._sagemaker.invoke_endpoint(
            EndpointName=self._endpoint,
            ContentType=endpoint.CONTENT_TYPE,
            Accept=endpoint.CONTENT_TYPE,
            Body=endpoint.request([pixels.tobytes()]),
        )
        [prediction] = endpoint.predictions(answer["Body"].read(), expected=1)
        if prediction.model_version != model.card.model_version:
            raise VersionMismatchError(f"the endpoint serves {prediction.model_version}")
        seconds(Metric.ENDPOINT_SECONDS, time.monotonic() - started)
        return prediction

    def _made_by(self, predictor: Predictor) -> Predictor:
        count(Metric.PREDICTIONS, **{PREDICTOR: predictor})
        return predictor
