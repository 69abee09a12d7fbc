"""A rule: a metric, its threshold, and what a person does when the alarm rings."""

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.topics import Severity


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Rings when `metric` is above `threshold` (or below it, with `below`) in
    `datapoints_to_alarm` of the last `evaluation_periods` periods.

    `name` is the alarm's name within its stage, `runbook` its page under docs/runbooks. `reason` is
    the source of the threshold, `action` what a person does; each is a sentence.
    """

    name: str
    runbook: str
    metric: cloudwatch.IMetric
    threshold: float
    below: bool = False
    datapoints_to_alarm: int = 1
    evaluation_periods: int = 1
    # Most metrics are silent while nothing happens.
    treat_missing_data: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING
    severity: Severity
    reason: str
    action: str

    @property
    def comparison(self) -> cloudwatch.ComparisonOperator:
        if self.below:
            return cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        return cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD

    def describe(self, runbook_url: str) -> str:
        """The text of the notification: first what to do. `runbook_url` may be empty."""
        runbook = describe_runbook(runbook_url, self.runbook)
        return f"{self.action} Threshold: {self.reason} {runbook}"


def describe_runbook(runbook_url: str, name: str) -> str:
    return f"Runbook: {runbook_url or 'docs/runbooks'}/{name}.md"
