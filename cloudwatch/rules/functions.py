"""Does each function do its work, in time, and is it let?"""

from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from cloudwatch.metrics import FIVE_MINUTES
from cloudwatch.monitored_resources import Watched
from cloudwatch.rules.rule import Rule
from cloudwatch.topics import Severity
from contracts.metrics import Service

# Functions that somebody waits for, with the seconds that 19 of 20 calls may take, and why.
_AWAITED = {
    Service.API: (3.0, "the API may hold a question for 2 s, and a second more is felt."),
    "ui": (4.0, "the page waits for the API, which may hold a question for 2 s."),
    Service.SCREENING: (10.0, "a batch is two files, and the CPU model takes under 5 s for one."),
}
# Of what a function may take at all, where nobody waits for it.
_NEAR_ITS_END = 0.8


def rules(watched: Watched) -> Iterator[Rule]:
    for name, function in watched.functions.items():
        yield _fails(name, function)
        yield _slow(name, function)
        yield _throttled(name, function)


def _fails(name: str, function: lambda_.Function) -> Rule:
    awaited = name in _AWAITED
    # One failure among few calls is 100 %; a job that runs once a day may not fail at all.
    few = 3 if awaited else 1
    share = cloudwatch.MathExpression(
        expression=f"IF(errors >= {few}, 100 * errors / calls, 0)",
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
        severity=Severity.PAGE if awaited else Severity.TICKET,
        reason=f"more than 5 % of calls, with at least {few} failed, is no chance event.",
        does=f"Read the newest errors in the log of the function {name} and roll back the last "
        "release if they began with it.",
    )


def _slow(name: str, function: lambda_.Function) -> Rule:
    limit = (function.timeout or Duration.seconds(3)).to_seconds()
    seconds, reason = _AWAITED.get(
        name, (_NEAR_ITS_END * limit, f"80 % of the {limit:.0f} s after which Lambda stops it.")
    )
    # A few cold starts make one period slow, and not three in a row.
    periods = 3 if name in _AWAITED else 1
    return Rule(
        name=f"{name}-slow",
        runbook="function-slow",
        metric=function.metric_duration(statistic="p95", period=FIVE_MINUTES),
        threshold=1000 * seconds,
        breaching=periods,
        of=periods,
        severity=Severity.TICKET,
        reason=reason,
        does=f"Open a trace of a slow call of {name} and see which call inside it takes the time.",
    )


def _throttled(name: str, function: lambda_.Function) -> Rule:
    return Rule(
        name=f"{name}-throttled",
        runbook="function-throttled",
        metric=function.metric_throttles(statistic="Sum", period=FIVE_MINUTES),
        threshold=0,
        breaching=2,
        of=3,
        severity=Severity.TICKET,
        reason="Lambda turns calls away only when the account has no concurrency left.",
        does=f"Compare the account's concurrent executions with its quota and ask for a higher one "
        f"if {name} is held back again.",
    )
