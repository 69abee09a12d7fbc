"""Does the endpoint answer, where there is one? If not, the CPU model does, more slowly."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.metrics import FIVE_MINUTES, endpoint, endpoint_instance, own
from cloudwatch.monitored_resources import Watched, WatchedEndpoint
from cloudwatch.rules.rule import Rule
from cloudwatch.topics import Severity
from contracts.metrics import Metric, Service


def rules(watched: Watched) -> Iterator[Rule]:
    yield from endpoint_rules(watched)
    if watched.endpoint is not None:
        yield _fallback(watched)
        yield _gpu_busy(watched.endpoint)


ENDPOINT_FAILS, ENDPOINT_SLOW = "endpoint-fails", "endpoint-slow"


def endpoint_rules(watched: Watched) -> Iterator[Rule]:
    """What rings on a new model that fails or is slow, and so may call it back."""
    if watched.endpoint is not None:
        yield _fails(watched.endpoint)
        yield _slow(watched.endpoint)


def _fallback(watched: Watched) -> Rule:
    return Rule(
        name="cpu-answers",
        runbook="cpu-answers",
        metric=own(Metric.FALLBACK, watched, service=Service.SCREENING),
        threshold=5,
        breaching=2,
        of=3,
        severity=Severity.TICKET,
        reason="a call or two that the CPU model takes over is what it is there for.",
        does="See whether the endpoint is in service, and whether it serves the version that the "
        "pointer names.",
    )


def _fails(of: WatchedEndpoint) -> Rule:
    share = cloudwatch.MathExpression(
        expression="IF(errors >= 3, 100 * errors / calls, 0)",
        using_metrics={
            "errors": endpoint(of, "Invocation5XXErrors", statistic="Sum"),
            "calls": endpoint(of, "Invocations", statistic="Sum"),
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
        does="Read the endpoint's log; if it began with a promotion, go back to the model before.",
    )


def _slow(of: WatchedEndpoint) -> Rule:
    return Rule(
        name=ENDPOINT_SLOW,
        runbook="endpoint-slow",
        # Microseconds.
        metric=endpoint(of, "ModelLatency", statistic="p95"),
        threshold=1_000_000,
        breaching=3,
        of=3,
        severity=Severity.TICKET,
        reason="the screening function gives up after 2 s, and half of it is late to notice.",
        does="See whether the endpoint has as many instances as it may, and raise their number.",
    )


def _gpu_busy(of: WatchedEndpoint) -> Rule:
    """Not its memory: TensorFlow Serving takes nearly all of that when it starts."""
    return Rule(
        name="endpoint-gpu-busy",
        runbook="endpoint-slow",
        metric=endpoint_instance(of, "GPUUtilization"),
        threshold=90,
        breaching=3,
        of=3,
        severity=Severity.TICKET,
        reason="autoscaling should have added an instance long before 90 % for 15 minutes.",
        does="See whether the endpoint has as many instances as it may, and raise their number.",
    )
