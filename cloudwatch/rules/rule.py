"""A rule: what is watched, from where on it rings, and what a person does then."""

from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.topics import Severity


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Rings when `metric` is above `threshold` (below it, where `below`) in `breaching` of the last
    `of` periods.

    `name` is the alarm's in its stage, `runbook` the page under docs/runbooks that explains it.
    `reason` says where the threshold comes from, `does` what a person does, each in a sentence.
    """

    name: str
    runbook: str
    metric: cloudwatch.IMetric
    threshold: float
    below: bool = False
    breaching: int = 1
    of: int = 1
    # Most metrics are silent while nothing happens.
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING
    severity: Severity
    reason: str
    does: str

    @property
    def comparison(self) -> cloudwatch.ComparisonOperator:
        if self.below:
            return cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        return cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD

    @property
    def description(self) -> str:
        """What the message says first is what to do."""
        return f"{self.does} Threshold: {self.reason} Runbook: docs/runbooks/{self.runbook}.md"
