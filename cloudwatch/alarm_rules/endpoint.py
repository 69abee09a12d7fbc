"""Alarm rules for the endpoint. If it fails, the CPU model answers, more slowly."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import FIVE_MINUTES, endpoint_instance_metric, endpoint_metric, own_metric
from cloudwatch.monitored_resources import MonitoredEndpoint, MonitoredResources
from cloudwatch.topics import Severity
from contracts.metrics import Metric, Service

ENDPOINT_FAILS, ENDPOINT_SLOW = "endpoint-fails", "endpoint-slow"


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    yield from rollback_rules(resources)
    if resources.endpoint is not None:
        yield _fallback(resources)
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
        metric=own_metric(Metric.FALLBACK, resources, service=Service.SCREENING),
        threshold=5,
        datapoints_to_alarm=2,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="the CPU model exists to answer a few calls in place of the endpoint.",
        action="See whether the endpoint is in service, and whether it serves the version that the "
        "pointer names.",
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
