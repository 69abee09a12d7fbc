"""Names of the custom metrics and their dimensions: no dashboard or alarm spells its own."""

from enum import StrEnum

NAMESPACE = "ChestXrayScreening"

# The dimension that Powertools adds to each metric.
SERVICE = "service"
SITE = "site"
DECISION = "decision"
PREDICTOR = "predictor"
REASON = "reason"
VERDICT = "verdict"


class Metric(StrEnum):
    CREATED = "RadiographsCreated"
    ANSWERED = "RadiographsAnswered"
    POSITIVE = "PositiveAnswers"
    PROBABILITY = "Probability"
    REJECTED = "RadiographsRejected"
    FAILED = "RadiographsFailed"
    REVIEWED = "Reviews"
    END_TO_END_SECONDS = "EndToEndSeconds"
    ENDPOINT_SECONDS = "EndpointSeconds"
    PREDICTIONS = "Predictions"
    FALLBACK = "FallbackPredictions"
    ANSWER_REUSED = "AnswersReused"
    CACHE_UNAVAILABLE = "CacheUnavailable"
    UNKNOWN_UPLOAD = "UnknownUploads"
    REBUILT = "RecordsRebuilt"
