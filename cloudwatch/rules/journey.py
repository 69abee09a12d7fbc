"""Does a radiograph come through: front door, firewall, queue, answer?"""

from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.metrics import FIVE_MINUTES, firewall, front_door, own
from cloudwatch.monitored_resources import Watched
from cloudwatch.rules.rule import Rule
from cloudwatch.topics import Severity
from contracts.metrics import SITE, Metric, Service

_MINUTE = Duration.minutes(1)
# A try that fails comes back after the queue's visibility timeout, six minutes; it is a minute's
# work then. Older than both, a file has failed twice, or nobody fetches.
OLDEST_SECONDS = 420


def rules(watched: Watched) -> Iterator[Rule]:
    yield _front_door_fails(watched)
    if watched.web_acl:
        yield _firewall_busy(watched)
    yield from _queues(watched)
    yield _stranger(watched)
    for site in watched.sites:
        yield _slow(watched, site)
        yield _failed(watched, site)


def _front_door_fails(watched: Watched) -> Rule:
    share = cloudwatch.MathExpression(
        expression="IF(faults >= 5, 100 * faults / requests, 0)",
        using_metrics={
            "faults": front_door(watched, "5XXError", statistic="Sum"),
            "requests": front_door(watched, "Count", statistic="SampleCount"),
        },
        label="percent of requests that fail",
        period=FIVE_MINUTES,
    )
    return Rule(
        name="front-door-fails",
        runbook="front-door-fails",
        metric=share,
        threshold=2,
        severity=Severity.PAGE,
        reason="above 2 % of requests, with at least 5 failed, doctors see the error page.",
        does="Open the page, then find in the access log which path fails, and look at the "
        "function behind it.",
    )


def _firewall_busy(watched: Watched) -> Rule:
    return Rule(
        name="firewall-busy",
        runbook="firewall-busy",
        metric=firewall(watched, "BlockedRequests"),
        threshold=1000,
        severity=Severity.TICKET,
        reason="1,000 in 5 minutes is more than a person makes by hand.",
        does="See by the firewall's rules and its log whether it is an attack or our own users.",
    )


def _queues(watched: Watched) -> Iterator[Rule]:
    for name, queue in watched.queues.items():
        yield Rule(
            name=f"{name}-queue-old",
            runbook="queue-old",
            metric=queue.metric_approximate_age_of_oldest_message(
                statistic="Maximum", period=_MINUTE
            ),
            threshold=OLDEST_SECONDS,
            breaching=2,
            of=3,
            severity=Severity.PAGE,
            reason="one failed try takes six minutes to come back, and a minute to be done.",
            does=f"See whether the function behind the queue {name} runs at all, and whether it "
            "fails or is held back.",
        )
    for name, queue in watched.dead_letters.items():
        awaited = name in watched.queues
        yield Rule(
            name=f"{name}-dead-letter",
            runbook="dead-letter",
            metric=queue.metric_approximate_number_of_messages_visible(
                statistic="Maximum", period=_MINUTE
            ),
            threshold=0,
            # SQS tells nothing of a queue that nobody has touched for six hours.
            missing=cloudwatch.TreatMissingData.IGNORE,
            severity=Severity.PAGE if awaited else Severity.TICKET,
            reason="each message is work that was given up"
            + (", and somebody waits for it." if awaited else "."),
            does=f"Find in the log why the work behind {name} failed, mend it, then "
            + ("redrive the queue." if awaited else "do it once by hand and purge the queue."),
        )


def _stranger(watched: Watched) -> Rule:
    return Rule(
        name="unknown-upload",
        runbook="unknown-upload",
        metric=own(Metric.UNKNOWN_UPLOAD, watched, service=Service.SCREENING),
        threshold=0,
        severity=Severity.TICKET,
        reason="only a form of ours can upload, and the API announces each before it is given.",
        does="Find in CloudTrail who wrote the object.",
    )


def _slow(watched: Watched, site: str) -> Rule:
    seconds = own(
        Metric.END_TO_END_SECONDS,
        watched,
        service=Service.SCREENING,
        statistic="p95",
        dimensions={SITE: site},
    )
    return Rule(
        name=f"answers-slow-{site}",
        runbook="answers-slow",
        metric=seconds,
        threshold=10,
        breaching=3,
        of=3,
        severity=Severity.TICKET,
        reason="the CPU model takes under 5 s, and a file may wait behind one other in its batch.",
        does="Compare the queue's oldest file with the screening function's time: one of them is "
        "the wait.",
    )


def _failed(watched: Watched, site: str) -> Rule:
    return Rule(
        name=f"radiographs-failed-{site}",
        runbook="radiographs-failed",
        metric=own(Metric.FAILED, watched, service=Service.SCREENING, dimensions={SITE: site}),
        threshold=0,
        severity=Severity.TICKET,
        reason="a doctor is told of each that we failed, and may not know that it is tried again.",
        does="Find the radiograph's error in the screening function's log; redrive it if it is "
        "among the dead letters.",
    )
