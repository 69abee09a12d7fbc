"""Alarm rules for drift, which a function of its own finds by comparing answers each hour."""

from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import own_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Severity
from contracts.metrics import SITE, Metric, Service

# Longer than the hour between two comparisons, so that the alarm does not end in between.
_PERIOD = Duration.hours(2)


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    for site in resources.sites:
        yield Rule(
            name=f"drift-{site}",
            runbook="drift",
            metric=_count(resources, site, Metric.DRIFT_PAGES),
            threshold=0,
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
            severity=Severity.PAGE,
            reason="the stability index of 200 answers is above its limit, which chance passes in "
            "at most one of 10,000 windows (make drift-drill).",
            action=f"Find in the log of the function drift which signal of {site} rings, and have "
            "a radiologist read ten of the latest films.",
        )
        yield Rule(
            name=f"drift-notes-{site}",
            runbook="drift",
            metric=_count(resources, site, Metric.DRIFT_NOTES),
            threshold=0,
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
            severity=Severity.TICKET,
            reason="the input, the season or the reviews differ from the site's own first answers.",
            action=f"Find in the log of the function drift what changed at {site}, and ask the "
            "site whether a device, its settings or the patients changed.",
        )


def _count(resources: MonitoredResources, site: str, metric: Metric) -> cloudwatch.Metric:
    return own_metric(
        metric,
        resources,
        service=Service.DRIFT,
        statistic="Maximum",
        period=_PERIOD,
        dimensions={SITE: site},
    )
