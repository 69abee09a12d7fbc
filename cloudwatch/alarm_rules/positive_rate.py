"""Alarm rules for the positive rate: a stuck model gives the same answer for every patient.

Each limit has two alarms: the share among the last 100 answers, which the screening function keeps
in Redis, and the share of the last 24 hours, which works without Redis.
"""

from collections.abc import Iterator
from functools import partial

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import own_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.positive_rate_limits import Limits, compute_limits
from cloudwatch.topics import Severity
from contracts.metrics import POSITIVE_RATE_ANSWERS, SITE, Metric, Service

_MINUTE = Duration.minutes(1)
_DAY = Duration.hours(24)
_RULE = partial(Rule, runbook="positive-rate", severity=Severity.PAGE)
# The last rate stays valid until the next answer, however long the night is.
_KEEP_STATE = cloudwatch.TreatMissingData.IGNORE


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    for name, site in resources.sites.items():
        limits = compute_limits(site)
        yield from _too_high(resources, name, limits)
        yield from _too_low(resources, name, limits)


def _too_high(resources: MonitoredResources, site: str, limits: Limits) -> Iterator[Rule]:
    rule = partial(
        _RULE,
        threshold=limits.high,
        reason=f"chance passes {limits.high:.2f} once in a million draws of 100 answers.",
        action=f"Tell the doctors of {site} to read without the answers, compare ten positive ones "
        "with a radiologist's reading, and roll back to the previous model if they are wrong.",
    )
    yield rule(
        name=f"positive-rate-high-{site}",
        metric=_last(resources, site, "Maximum"),
        treat_missing_data=_KEEP_STATE,
    )
    yield rule(
        name=f"positive-rate-high-day-{site}",
        metric=_day(resources, site, POSITIVE_RATE_ANSWERS, otherwise=0),
    )


def _too_low(resources: MonitoredResources, site: str, limits: Limits) -> Iterator[Rule]:
    rule = partial(
        _RULE,
        threshold=limits.low,
        below=True,
        reason=f"chance falls below {limits.low:.4f} once in a million draws of {limits.answers} "
        "answers.",
        action=f"Compare ten negative answers of {site} with a radiologist's reading, and roll "
        "back to the previous model if they are wrong.",
    )
    yield rule(
        name=f"positive-rate-low-day-{site}",
        metric=_day(resources, site, limits.answers, otherwise=1),
    )
    # Where positives are rare, a hundred answers without one are no evidence.
    if limits.answers == POSITIVE_RATE_ANSWERS:
        yield rule(
            name=f"positive-rate-low-{site}",
            metric=_last(resources, site, "Minimum"),
            treat_missing_data=_KEEP_STATE,
        )


def _last(resources: MonitoredResources, site: str, statistic: str) -> cloudwatch.IMetric:
    return own_metric(
        Metric.POSITIVE_RATE,
        resources,
        service=Service.SCREENING,
        statistic=statistic,
        period=_MINUTE,
        dimensions={SITE: site},
    )


def _day(
    resources: MonitoredResources, site: str, answers: int, *, otherwise: int
) -> cloudwatch.IMetric:
    """The share of 24 hours; `otherwise`, which does not ring, with fewer than `answers`."""

    def positives(statistic: str) -> cloudwatch.Metric:
        return own_metric(
            Metric.POSITIVE,
            resources,
            service=Service.SCREENING,
            statistic=statistic,
            period=_DAY,
            dimensions={SITE: site},
        )

    return cloudwatch.MathExpression(
        expression=f"IF(answers >= {answers}, positives / answers, {otherwise})",
        using_metrics={"positives": positives("Sum"), "answers": positives("SampleCount")},
        label=f"share of positives of {site} in 24 hours",
        period=_DAY,
    )
