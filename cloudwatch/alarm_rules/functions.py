"""Alarm rules for the functions: errors, duration, throttling."""

from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import FIVE_MINUTES
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Severity
from contracts.metrics import Service

# Functions for which a doctor waits: the limit of their 95th percentile in seconds, and why.
_LATENCY_LIMITS = {
    Service.API: (3.0, "the API may hold a request for 2 s, and doctors notice a second more."),
    "ui": (4.0, "the page waits for the API, which may hold a request for 2 s."),
    Service.SCREENING: (10.0, "a batch is two files, and the CPU model takes under 5 s for one."),
}
# For the other functions, this share of their timeout.
_SHARE_OF_TIMEOUT = 0.8


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    for name, function in resources.functions.items():
        yield _fails(name, function)
        yield _slow(name, function)
        yield _throttled(name, function)


def _fails(name: str, function: lambda_.Function) -> Rule:
    doctor_waits = name in _LATENCY_LIMITS
    # One failure among few calls is 100 %; a function that runs once a day may not fail at all.
    min_errors = 3 if doctor_waits else 1
    share = cloudwatch.MathExpression(
        expression=f"IF(errors >= {min_errors}, 100 * errors / calls, 0)",
        using_metrics={
            "errors": function.metric_errors(statistic="Sum", period=FIVE_MINUTES),
            "calls": function.metric_invocations(statistic="Sum", period=FIVE_MINUTES),
        },
        label=f"percent of calls of {name} that fail",
        period=FIVE_MINUTES,
    )
    return Rule(
        name=f"{name}-fails",
        runbook="function-fails",
        metric=share,
        threshold=5,
        severity=Severity.PAGE if doctor_waits else Severity.TICKET,
        reason=f"more than 5 % of calls, with at least {min_errors} failed, is no chance event.",
        action=f"Read the newest errors in the log of the function {name} and roll back the last "
        "release if they began with it.",
    )


def _slow(name: str, function: lambda_.Function) -> Rule:
    limit = (function.timeout or Duration.seconds(3)).to_seconds()
    seconds, reason = _LATENCY_LIMITS.get(
        name, (_SHARE_OF_TIMEOUT * limit, f"80 % of the {limit:.0f} s after which Lambda stops it.")
    )
    # A few cold starts make one period slow, but not three in a row.
    periods = 3 if name in _LATENCY_LIMITS else 1
    return Rule(
        name=f"{name}-slow",
        runbook="function-slow",
        metric=function.metric_duration(statistic="p95", period=FIVE_MINUTES),
        threshold=1000 * seconds,
        datapoints_to_alarm=periods,
        evaluation_periods=periods,
        severity=Severity.TICKET,
        reason=reason,
        action=f"Open a trace of a slow call of {name} and find the step that takes the time.",
    )


def _throttled(name: str, function: lambda_.Function) -> Rule:
    return Rule(
        name=f"{name}-throttled",
        runbook="function-throttled",
        metric=function.metric_throttles(statistic="Sum", period=FIVE_MINUTES),
        threshold=0,
        datapoints_to_alarm=2,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="Lambda throttles only when the account has no concurrency left.",
        action="Compare the account's concurrent executions with its quota, and request a higher "
        f"quota if {name} is throttled again.",
    )
