"""Is Redis there, and has it room? Without it answers are slower, and still right."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.metrics import FIVE_MINUTES, own, redis
from cloudwatch.monitored_resources import Watched
from cloudwatch.rules.rule import Rule
from cloudwatch.topics import Severity
from contracts.metrics import Metric, Service


def rules(watched: Watched) -> Iterator[Rule]:
    for service in (Service.API, Service.SCREENING):
        yield _away(watched, service)
    for number, node in enumerate(watched.redis_nodes, start=1):
        name = f"redis-{number:03}"
        yield _full(name, node)
        yield _evicts(name, node)
        yield _busy(name, node)
        yield _failed_over(name, node)
        yield _refuses(name, node)


def _away(watched: Watched, service: Service) -> Rule:
    return Rule(
        name=f"redis-away-{service}",
        runbook="redis-away",
        metric=own(Metric.CACHE_UNAVAILABLE, watched, service=service),
        threshold=0,
        breaching=2,
        of=3,
        severity=Severity.TICKET,
        reason="one failure is a failover, which takes less than a minute; two periods are not.",
        does="See whether Redis is available, whether its secret was changed, and whether the "
        f"function {service} may still reach it.",
    )


def _full(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-full",
        runbook="redis-full",
        metric=redis(node, "DatabaseMemoryUsagePercentage"),
        threshold=80,
        breaching=3,
        of=3,
        severity=Severity.TICKET,
        reason="80 % leaves time to choose a larger node before Redis drops what is in use.",
        does="Choose the next larger node type for the stage.",
    )


def _evicts(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-evicts",
        runbook="redis-full",
        metric=redis(node, "Evictions", statistic="Sum"),
        threshold=0,
        severity=Severity.TICKET,
        reason="each key has an end of its own, so Redis drops one early only for want of memory.",
        does="Choose the next larger node type for the stage, and rebuild the worklists.",
    )


def _busy(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-busy",
        runbook="redis-busy",
        metric=redis(node, "EngineCPUUtilization"),
        threshold=80,
        breaching=3,
        of=3,
        severity=Severity.TICKET,
        reason="Redis works on one core, and AWS advises to act before 90 % of it.",
        does="Find the command that takes the time in the slow log, or choose a larger node type.",
    )


def _failed_over(name: str, node: str) -> Rule:
    """A node's role is 1 on the primary and 0 on a replica: within 5 minutes it was both."""
    changed = cloudwatch.MathExpression(
        expression="most - least",
        using_metrics={
            "most": redis(node, "IsMaster", statistic="Maximum"),
            "least": redis(node, "IsMaster", statistic="Minimum"),
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
        does="See in ElastiCache's events why the primary was replaced, and rebuild the worklists "
        "if they are short.",
    )


def _refuses(name: str, node: str) -> Rule:
    return Rule(
        name=f"{name}-refuses",
        runbook="redis-refuses",
        metric=redis(node, "AuthenticationFailures", statistic="Sum"),
        threshold=0,
        severity=Severity.TICKET,
        reason="only our functions can reach Redis, and they read the token before they connect.",
        does="See whether the token was just rotated; if not, find out who else is in the network.",
    )
