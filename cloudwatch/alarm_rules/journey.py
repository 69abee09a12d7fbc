"""Alarm rules for a radiograph's journey: API Gateway, firewall, queue, answer."""

from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import FIVE_MINUTES, api_gateway_metric, firewall_metric, own_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Severity
from contracts.metrics import SITE, Metric, Service

_MINUTE, _HOUR = Duration.minutes(1), Duration.hours(1)
# A failed message returns after the queue's visibility timeout, six minutes, and takes up to one
# minute. A message older than both has failed twice, or no function receives messages.
OLDEST_SECONDS = 420


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    yield _api_gateway_fails(resources)
    yield _api_gateway_refuses(resources)
    if resources.web_acl:
        yield _firewall_busy(resources)
    for monitored in resources.queues:
        if monitored.queue:
            yield _queue_old(monitored.name, monitored.queue)
        yield _dead_letter(
            monitored.name, monitored.dead_letters, doctor_waits=monitored.queue is not None
        )
    yield _refill_missing(resources)
    yield _training_failed(resources)
    yield _unknown_upload(resources)
    for service in (Service.API, Service.SCREENING, Service.REBUILD):
        yield _unreadable(resources, service)
    for site in resources.sites:
        yield _slow(resources, site)
        yield _failed(resources, site)


def _api_gateway_fails(resources: MonitoredResources) -> Rule:
    share = cloudwatch.MathExpression(
        expression="IF(faults >= 5, 100 * faults / requests, 0)",
        using_metrics={
            "faults": api_gateway_metric(resources, "5XXError", statistic="Sum"),
            "requests": api_gateway_metric(resources, "Count", statistic="SampleCount"),
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
        action="Open the page, then find in the access log which path fails, and look at the "
        "function behind it.",
    )


def _api_gateway_refuses(resources: MonitoredResources) -> Rule:
    """Counts while doctors work, who get other answers too: at night a scanner may be alone."""
    share = cloudwatch.MathExpression(
        expression="IF(refused >= 50, IF(requests - refused >= 20, refused / requests, 0), 0)",
        using_metrics={
            "refused": api_gateway_metric(resources, "4XXError", statistic="Sum", period=_HOUR),
            "requests": api_gateway_metric(
                resources, "Count", statistic="SampleCount", period=_HOUR
            ),
        },
        label="share of requests that are refused",
        period=_HOUR,
    )
    return Rule(
        name="front-door-refuses",
        runbook="front-door-refuses",
        metric=share,
        threshold=0.5,
        severity=Severity.TICKET,
        reason="a session that ends or an address with a mistake makes single requests fail, not "
        "half of an hour's, and 50 of them.",
        action="Find in the access log which status and path are refused, and whose they are.",
    )


def _refill_missing(resources: MonitoredResources) -> Rule:
    """26 hours, since a refill takes up to 15 minutes more than the one of the night before."""
    return Rule(
        name="refill-missing",
        runbook="refill-missing",
        metric=cloudwatch.MathExpression(
            expression="FILL(refills, 0)",
            using_metrics={
                "refills": own_metric(
                    Metric.REBUILT, resources, service=Service.REBUILD, period=_HOUR
                )
            },
            label="refills of the cache",
            period=_HOUR,
        ),
        threshold=1,
        below=True,
        datapoints_to_alarm=26,
        evaluation_periods=26,
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        severity=Severity.TICKET,
        reason="the cache is refilled each night.",
        action="See whether the nightly rule is enabled and what the log of the function rebuild "
        "says; then run it once. On the day of a stage's first deploy there is nothing to do.",
    )


def _training_failed(resources: MonitoredResources) -> Rule:
    return Rule(
        name="training-failed",
        runbook="training-failed",
        metric=resources.failed_training.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=_MINUTE
        ),
        threshold=0,
        treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        severity=Severity.TICKET,
        reason="each message is a training job that failed.",
        action="Read the reason in the job's description and log, launch it again, then purge the "
        "queue of failed training jobs.",
    )


def _firewall_busy(resources: MonitoredResources) -> Rule:
    return Rule(
        name="firewall-busy",
        runbook="firewall-busy",
        metric=firewall_metric(resources, "BlockedRequests"),
        threshold=1000,
        severity=Severity.TICKET,
        reason="1,000 in 5 minutes is more than a person makes by hand.",
        action="See by the firewall's rules and its log whether it is an attack or our own users.",
    )


def _queue_old(name: str, queue: sqs.IQueue) -> Rule:
    return Rule(
        name=f"{name}-queue-old",
        runbook="queue-old",
        metric=queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=_MINUTE),
        threshold=OLDEST_SECONDS,
        datapoints_to_alarm=2,
        evaluation_periods=3,
        severity=Severity.PAGE,
        reason="a failed message returns after six minutes, and its next try takes a minute.",
        action=f"See whether the function behind the queue {name} runs at all, and whether it "
        "fails or is throttled.",
    )


def _dead_letter(name: str, queue: sqs.IQueue, *, doctor_waits: bool) -> Rule:
    return Rule(
        name=f"{name}-dead-letter",
        runbook="dead-letter",
        metric=queue.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=_MINUTE
        ),
        threshold=0,
        # SQS sends no metrics of a queue that is idle for six hours.
        treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        severity=Severity.PAGE if doctor_waits else Severity.TICKET,
        reason="each message is work that was given up"
        + (", and a doctor waits for it." if doctor_waits else "."),
        action=f"Find in the log why the work behind {name} failed, fix the cause, then "
        + ("redrive the queue." if doctor_waits else "do it once by hand and purge the queue."),
    )


def _unknown_upload(resources: MonitoredResources) -> Rule:
    return Rule(
        name="unknown-upload",
        runbook="unknown-upload",
        metric=own_metric(Metric.UNKNOWN_UPLOAD, resources, service=Service.SCREENING),
        threshold=0,
        severity=Severity.TICKET,
        reason="only our forms can upload, and the API writes a fact before it gives one out.",
        action="Find in CloudTrail who wrote the object.",
    )


def _unreadable(resources: MonitoredResources, service: Service) -> Rule:
    return Rule(
        name=f"radiographs-unreadable-{service}",
        runbook="radiographs-unreadable",
        metric=own_metric(Metric.UNREADABLE, resources, service=service),
        threshold=0,
        severity=Severity.TICKET,
        reason="every fact that a release writes can be read by it and by the release before.",
        action="Find the radiograph in the log, and deploy the release that can read its facts.",
    )


def _slow(resources: MonitoredResources, site: str) -> Rule:
    seconds = own_metric(
        Metric.END_TO_END_SECONDS,
        resources,
        service=Service.SCREENING,
        statistic="p95",
        dimensions={SITE: site},
    )
    return Rule(
        name=f"answers-slow-{site}",
        runbook="answers-slow",
        metric=seconds,
        threshold=10,
        datapoints_to_alarm=3,
        evaluation_periods=3,
        severity=Severity.TICKET,
        reason="the CPU model takes under 5 s, and a file may wait behind one other in its batch.",
        action="Compare the age of the queue's oldest file with the screening function's "
        "duration: one of them is the wait.",
    )


def _failed(resources: MonitoredResources, site: str) -> Rule:
    return Rule(
        name=f"radiographs-failed-{site}",
        runbook="radiographs-failed",
        metric=own_metric(
            Metric.FAILED, resources, service=Service.SCREENING, dimensions={SITE: site}
        ),
        threshold=0,
        severity=Severity.TICKET,
        reason="the doctor sees each failure, and may not know that it is tried again.",
        action="Find the radiograph's error in the screening function's log; redrive it if it is "
        "in the dead-letter queue.",
    )
