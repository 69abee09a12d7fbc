"""Alarm rules for Redis. Without it, answers are slower and still right."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import FIVE_MINUTES, own_metric, redis_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Severity
from contracts.metrics import Metric, Service


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    for service in (Service.API, Service.SCREENING):
        yield _away(resources, service)
    for number, node in enumerate(resources.redis_nodes, start=1):
        name = f"redis-{number:03}"
        yield _full(name, node)
        yield _evicts(name, node)
        yield _busy(name, node)
        yield _failed_over(name, node)
        yield _refuses(name, node)


def _away(resources: MonitoredResources, service: Service) -> Rule:
    return Rule(
        name=f"redis-away-{service}",
        runbook="redis-away",
        metric=own_metric(Metric.CACHE_UNAVAILABLE, resources, service=service),
        threshold=0,
        datapoints_to_alarm=2,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="a failover takes less than a minute, so it spans one period; this lasts longer.",
        action="See whether Redis is available, whether its secret was changed, and whether the "
        f"function {service} may still reach it.",
    )


def _full(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-full",
        runbook="redis-full",
        metric=redis_metric(node, "DatabaseMemoryUsagePercentage"),
        threshold=80,
        datapoints_to_alarm=3,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="80 % leaves time to choose a larger node before Redis evicts keys in use.",
        action="Choose the next larger node type for the stage.",
    )


def _evicts(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-evicts",
        runbook="redis-full",
        metric=redis_metric(node, "Evictions", statistic="Sum"),
        threshold=0,
        severity=Severity.TICKET,
        reason="each key expires, so Redis evicts one early only when its memory is full.",
        action="Choose the next larger node type for the stage, and refill the cache.",
    )


def _busy(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-busy",
        runbook="redis-busy",
        metric=redis_metric(node, "EngineCPUUtilization"),
        threshold=80,
        datapoints_to_alarm=3,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="Redis works on one core, and AWS advises to act before 90 % of it.",
        action="Find the slow command in the slow log, or choose a larger node type.",
    )


def _failed_over(name: str, node: str) -> Rule:
    """`IsMaster` is 1 on the primary and 0 on a replica: it was both within 5 minutes."""
    changed = cloudwatch.MathExpression(
        expression="most - least",
        using_metrics={
            "most": redis_metric(node, "IsMaster", statistic="Maximum"),
            "least": redis_metric(node, "IsMaster", statistic="Minimum"),
        },
        label=f"change of role of {name}",
        period=FIVE_MINUTES,
    )
    return Rule(
        name=f"{name}-failed-over",
        runbook="redis-failed-over",
        metric=changed,
        threshold=0,
        severity=Severity.TICKET,
        reason="a node changes its role only when the other takes over.",
        action="See in ElastiCache's events why the primary was replaced, and refill the cache if "
        "worklists are short.",
    )


def _refuses(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-refuses",
        runbook="redis-refuses",
        metric=redis_metric(node, "AuthenticationFailures", statistic="Sum"),
        threshold=0,
        severity=Severity.TICKET,
        reason="only our functions can reach Redis, and they read the token before they connect.",
        action="See whether the token was just rotated; if not, find the other client.",
    )
