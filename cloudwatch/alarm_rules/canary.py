"""The alarm rule of the canary: a doctor's whole way, gone every five minutes."""

from collections.abc import Iterator

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.metrics import own_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Severity
from contracts.metrics import Metric, Service

# Of the schedule, and of a period of its metric.
MINUTES = 5


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    yield Rule(
        name="canary",
        runbook="canary",
        metric=own_metric(
            Metric.CANARY_SUCCEEDED, resources, service=Service.CANARY, statistic="Maximum"
        ),
        threshold=1,
        below=True,
        # Two starts may fall into one period, and none into the next.
        datapoints_to_alarm=2,
        evaluation_periods=3,
        treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        severity=Severity.PAGE,
        reason=f"a film goes the whole way every {MINUTES} minutes, and one may fail by chance.",
        action="Find in the log of the function canary which step failed, and see whether doctors "
        "come through: make smoke.",
    )
