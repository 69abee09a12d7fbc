"""Emits the metrics of an answer, which the alarms on the model's behaviour watch."""

from contracts.answers import Answer
from contracts.metrics import DECISION, SITE, Metric
from lambdas.cache import Cache
from lambdas.observability import emit_count, emit_seconds, emit_share


def emit_answer_metrics(site: str, answer: Answer, seconds: float) -> None:
    """`seconds` runs from the upload to the answer."""
    emit_count(Metric.ANSWERED, **{SITE: site, DECISION: answer.decision})
    emit_share(Metric.REJECTED_FILES, 0.0, **{SITE: site})
    emit_share(Metric.UNUSABLE_IMAGES, float(answer.is_unusable), **{SITE: site})
    emit_seconds(Metric.END_TO_END_SECONDS, seconds, **{SITE: site})
    if answer.is_assessed:
        emit_share(Metric.PROBABILITY, answer.probability, **{SITE: site})
        emit_share(Metric.POSITIVE, float(answer.positive), **{SITE: site})


def emit_positive_rate(cache: Cache, site: str, answer: Answer) -> None:
    """Emits the positive rate of the last 100 answers, so a stuck model raises an alarm."""
    if not answer.is_assessed:
        return
    rate = cache.update_positive_rate(site, answer.model_version, positive=answer.positive)
    if rate is not None:
        emit_share(Metric.POSITIVE_RATE, rate, **{SITE: site})
