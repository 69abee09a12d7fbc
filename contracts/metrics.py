"""Names and dimensions of the custom metrics, for code that emits them, dashboards and alarms."""

from collections.abc import Mapping
from enum import StrEnum

NAMESPACE = "ChestXrayScreening"

# Each metric has these two dimensions: the function that emits it, and the stage.
SERVICE = "service"
STAGE = "stage"
SITE = "site"
DECISION = "decision"
PREDICTOR = "predictor"
REASON = "reason"
VERDICT = "verdict"
SIGNAL = "signal"


class Service(StrEnum):
    """The functions that emit metrics, by their names in `bundles.function_definitions`."""

    API = "api"
    SCREENING = "screening"
    REBUILD = "rebuild"
    CANARY = "canary"
    DRIFT = "drift"


class Metric(StrEnum):
    CREATED = "RadiographsCreated"
    ANSWERED = "RadiographsAnswered"
    POSITIVE = "PositiveAnswers"
    POSITIVE_RATE = "PositiveRateLast100"
    PROBABILITY = "Probability"
    REJECTED = "RadiographsRejected"
    REJECTED_FILES = "RejectedFiles"
    UNUSABLE_IMAGES = "UnusableImages"
    FAILED = "RadiographsFailed"
    REVIEWED = "Reviews"
    DISAGREEMENTS = "Disagreements"
    END_TO_END_SECONDS = "EndToEndSeconds"
    ENDPOINT_SECONDS = "EndpointSeconds"
    PREDICTIONS = "Predictions"
    FALLBACK = "FallbackPredictions"
    VERSION_MISMATCH = "EndpointVersionMismatches"
    ANSWER_REUSED = "AnswersReused"
    CACHE_UNAVAILABLE = "CacheUnavailable"
    LOGOUT_UNCHECKED = "LogoutsUnchecked"
    UNKNOWN_UPLOAD = "UnknownUploads"
    REBUILT = "RecordsRebuilt"
    DECODER_UNCONFINED = "FilesDecodedUnconfined"
    UNREADABLE = "UnreadableRecords"
    SETTINGS_UNREAD = "SiteSettingsUnread"
    # 1 where the canary came through, 0 where it did not; the seconds only of a success.
    CANARY_SUCCEEDED = "CanarySucceeded"
    CANARY_SECONDS = "CanarySeconds"
    DRIFT = "DriftIndex"
    DRIFT_PAGES = "DriftPages"
    DRIFT_NOTES = "DriftNotes"


# The dimensions of a metric beside the two above. CloudWatch stores each combination of values as a
# metric of its own, and finds it only by all of its dimensions.
DIMENSIONS: Mapping[Metric, tuple[str, ...]] = {
    Metric.CREATED: (SITE,),
    Metric.ANSWERED: (SITE, DECISION),
    Metric.POSITIVE: (SITE,),
    Metric.POSITIVE_RATE: (SITE,),
    Metric.PROBABILITY: (SITE,),
    Metric.REJECTED: (SITE, REASON),
    Metric.REJECTED_FILES: (SITE,),
    Metric.UNUSABLE_IMAGES: (SITE,),
    Metric.FAILED: (SITE,),
    Metric.REVIEWED: (SITE, VERDICT),
    Metric.DISAGREEMENTS: (SITE,),
    Metric.END_TO_END_SECONDS: (SITE,),
    Metric.ENDPOINT_SECONDS: (),
    Metric.PREDICTIONS: (PREDICTOR,),
    Metric.FALLBACK: (),
    Metric.VERSION_MISMATCH: (),
    Metric.ANSWER_REUSED: (),
    Metric.CACHE_UNAVAILABLE: (),
    Metric.LOGOUT_UNCHECKED: (),
    Metric.UNKNOWN_UPLOAD: (),
    Metric.REBUILT: (),
    Metric.DECODER_UNCONFINED: (),
    Metric.UNREADABLE: (),
    Metric.SETTINGS_UNREAD: (),
    Metric.CANARY_SUCCEEDED: (),
    Metric.CANARY_SECONDS: (),
    Metric.DRIFT: (SITE, SIGNAL),
    Metric.DRIFT_PAGES: (SITE,),
    Metric.DRIFT_NOTES: (SITE,),
}
# The positive rate covers this many answers: enough that its standard error is at most 0.05, and
# few enough that a small hospital notices a fault within a day or two.
POSITIVE_RATE_ANSWERS = 100
