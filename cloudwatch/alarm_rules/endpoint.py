"""Alarm rules for the endpoint. If it fails, the CPU model answers, more slowly."""

from collections.abc import Iterator, Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import FIVE_MINUTES, endpoint_instance_metric, endpoint_metric, own_metric
from cloudwatch.monitored_resources import MonitoredEndpoint, MonitoredResources
from cloudwatch.topics import Severity
from contracts.answers import Predictor
from contracts.metrics import PREDICTOR, Metric, Service

_HOUR = Duration.hours(1)
# By the ends of the alarms' names: the share of predictions that a promotion does not cause.
_VERSION_LIMITS: Mapping[str, tuple[Duration, float]] = {
    "": (_HOUR, 0.8),
    "-90m": (Duration.minutes(90), 0.6),
    "-2h": (Duration.hours(2), 0.38),
    "-6h": (Duration.hours(6), 0.45),
}
_NONE: Mapping[str, str] = {}
ENDPOINT_FAILS, ENDPOINT_SLOW = "endpoint-fails", "endpoint-slow"


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    yield from rollback_rules(resources)
    if resources.endpoint is not None:
        yield _fallback(resources)
        for suffix, (period, limit) in _VERSION_LIMITS.items():
            yield _wrong_version(resources, period, limit=limit, suffix=suffix)
        yield _gpu_busy(resources.endpoint)


def rollback_rules(resources: MonitoredResources) -> Iterator[Rule]:
    """The rules whose alarms roll a new model back: it fails, or it is slow."""
    if resources.endpoint is not None:
        yield _fails(resources.endpoint)
        yield _slow(resources.endpoint)


def _fallback(resources: MonitoredResources) -> Rule:
    return Rule(
        name="cpu-answers",
        runbook="cpu-answers",
        # Without those that a promotion causes while it updates the endpoint.
        metric=cloudwatch.MathExpression(
            expression="IF(fallback - FILL(mismatch, 0) >= 3, "
            "(fallback - FILL(mismatch, 0)) / (cpu + FILL(endpoint, 0)), 0)",
            using_metrics={
                "fallback": _screening_metric(resources, Metric.FALLBACK, _HOUR),
                **_predictions(resources, _HOUR),
            },
            label="share of predictions that the CPU model makes in place of the endpoint",
            period=_HOUR,
        ),
        threshold=0.25,
        severity=Severity.TICKET,
        reason="a quarter of the predictions of an hour, and at least 3, are more than single "
        "calls that fail.",
        action="See whether the endpoint is in service, and why its calls fail.",
    )


def _wrong_version(
    resources: MonitoredResources, period: Duration, *, limit: float, suffix: str
) -> Rule:
    """A promotion takes half an hour at most, and its share of each time is below the limit."""
    return Rule(
        name=f"endpoint-version{suffix}",
        runbook="endpoint-version",
        metric=cloudwatch.MathExpression(
            expression="IF(mismatch >= 12, mismatch / (cpu + FILL(endpoint, 0)), 0)",
            using_metrics=_predictions(resources, period),
            label="share of predictions for which the endpoint serves another version",
            period=period,
        ),
        threshold=limit,
        severity=Severity.TICKET,
        reason="the endpoint serves another version than the pointer names while a promotion tries "
        "it, for half an hour at most.",
        action="See whether a promotion stopped half-way; run it again, or roll it back.",
    )


def _predictions(resources: MonitoredResources, period: Duration) -> dict[str, cloudwatch.IMetric]:
    by_predictor: dict[str, cloudwatch.IMetric] = {
        str(predictor): _screening_metric(
            resources, Metric.PREDICTIONS, period, {PREDICTOR: predictor}
        )
        for predictor in Predictor
    }
    return {
        **by_predictor,
        "mismatch": _screening_metric(resources, Metric.VERSION_MISMATCH, period),
    }


def _screening_metric(
    resources: MonitoredResources,
    metric: Metric,
    period: Duration,
    dimensions: Mapping[str, str] = _NONE,
) -> cloudwatch.Metric:
    return own_metric(
        metric, resources, service=Service.SCREENING, period=period, dimensions=dimensions
    )


def _fails(endpoint: MonitoredEndpoint) -> Rule:
    share = cloudwatch.MathExpression(
        expression="IF(errors >= 3, 100 * errors / calls, 0)",
        using_metrics={
            "errors": endpoint_metric(endpoint, "Invocation5XXErrors", statistic="Sum"),
            "calls": endpoint_metric(endpoint, "Invocations", statistic="Sum"),
        },
        label="percent of calls of the endpoint that fail",
        period=FIVE_MINUTES,
    )
    return Rule(
        name=ENDPOINT_FAILS,
        runbook="endpoint-fails",
        metric=share,
        threshold=5,
        severity=Severity.TICKET,
        reason="more than 5 % of calls, with at least 3 failed, is no chance event.",
        action="Read the endpoint's log; if it began with a promotion, roll that back.",
    )


def _slow(endpoint: MonitoredEndpoint) -> Rule:
    return Rule(
        name=ENDPOINT_SLOW,
        runbook="endpoint-slow",
        # Microseconds.
        metric=endpoint_metric(endpoint, "ModelLatency", statistic="p95"),
        threshold=1_000_000,
        datapoints_to_alarm=3,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="the screening function gives up after 2 s, and half of that leaves time to act.",
        action="See whether the endpoint has as many instances as it may, and raise their number.",
    )


def _gpu_busy(endpoint: MonitoredEndpoint) -> Rule:
    """Load, not memory: TensorFlow Serving reserves nearly all GPU memory at its start."""
    return Rule(
        name="endpoint-gpu-busy",
        runbook="endpoint-slow",
        metric=endpoint_instance_metric(endpoint, "GPUUtilization"),
        threshold=90,
        datapoints_to_alarm=3,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="autoscaling should have added an instance long before 90 % for 15 minutes.",
        action="See whether the endpoint has as many instances as it may, and raise their number.",
    )
