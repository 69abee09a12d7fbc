"""Does the model still tell one patient from another? A model that says the same of all does not.

Two alarms watch each limit: the share among the last 100 answers, which the screening function
keeps in Redis, and the share of the last 24 hours, which holds where Redis was away.
"""

from collections.abc import Iterator
from functools import partial

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.metrics import own
from cloudwatch.monitored_resources import Watched
from cloudwatch.positive_rate_limits import Limits, limits
from cloudwatch.rules.rule import Rule
from cloudwatch.topics import Severity
from contracts.metrics import POSITIVE_RATE_ANSWERS, SITE, Metric, Service

_MINUTE = Duration.minutes(1)
_DAY = Duration.hours(24)
_RULE = partial(Rule, runbook="positive-rate", severity=Severity.PAGE)
# The rate of the last answers stands until another moves it, however long the night is.
_STAYS = cloudwatch.TreatMissingData.IGNORE


def rules(watched: Watched) -> Iterator[Rule]:
    for name, site in watched.sites.items():
        known = limits(site)
        yield from _too_high(watched, name, known)
        yield from _too_low(watched, name, known)


def _too_high(watched: Watched, site: str, known: Limits) -> Iterator[Rule]:
    rule = partial(
        _RULE,
        threshold=known.high,
        reason=f"chance passes {known.high:.2f} once in a million draws of 100 answers.",
        does=f"Tell the doctors of {site} to read without the answers, compare ten positive ones "
        "with a radiologist's reading, and go back to the model before if they are wrong.",
    )
    yield rule(
        name=f"positive-rate-high-{site}",
        metric=_last(watched, site, "Maximum"),
        missing=_STAYS,
    )
    yield rule(
        name=f"positive-rate-high-day-{site}",
        metric=_day(watched, site, POSITIVE_RATE_ANSWERS, otherwise=0),
    )


def _too_low(watched: Watched, site: str, known: Limits) -> Iterator[Rule]:
    rule = partial(
        _RULE,
        threshold=known.low,
        below=True,
        reason=f"chance falls below {known.low:.4f} once in a million draws of {known.answers} "
        "answers.",
        does=f"Compare ten negative answers of {site} with a radiologist's reading, and go back to "
        "the model before if they are wrong.",
    )
    yield rule(
        name=f"positive-rate-low-day-{site}",
        metric=_day(watched, site, known.answers, otherwise=1),
    )
    # Where positives are rare, a hundred answers without one say nothing.
    if known.answers == POSITIVE_RATE_ANSWERS:
        yield rule(
            name=f"positive-rate-low-{site}",
            metric=_last(watched, site, "Minimum"),
            missing=_STAYS,
        )


def _last(watched: Watched, site: str, statistic: str) -> cloudwatch.IMetric:
    return own(
        Metric.POSITIVE_RATE,
        watched,
        service=Service.SCREENING,
        statistic=statistic,
        period=_MINUTE,
        dimensions={SITE: site},
    )


def _day(watched: Watched, site: str, answers: int, *, otherwise: int) -> cloudwatch.IMetric:
    """The share of 24 hours, or with fewer than `answers` behind it a value that does not ring."""

    def of(statistic: str) -> cloudwatch.Metric:
        return own(
            Metric.POSITIVE,
            watched,
            service=Service.SCREENING,
            statistic=statistic,
            period=_DAY,
            dimensions={SITE: site},
        )

    return cloudwatch.MathExpression(
        expression=f"IF(answers >= {answers}, positives / answers, {otherwise})",
        using_metrics={"positives": of("Sum"), "answers": of("SampleCount")},
        label=f"share of positives of {site} in 24 hours",
        period=_DAY,
    )
