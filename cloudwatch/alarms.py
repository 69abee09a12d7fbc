"""The alarms of a stage, created from the rules."""

from collections.abc import Iterator
from itertools import chain

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cloudwatch.alarm_rules import (
    canary,
    drift,
    endpoint,
    functions,
    journey,
    positive_rate,
    redis,
    shares,
)
from cloudwatch.alarm_rules.rule import Rule
from cloudwatch.faults import Faults
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Topics


class Alarms(Construct):
    """`by_name` maps rule names to alarms. An alarm notifies its topic when it starts and ends,
    unless a composite alarm does so for it (`cloudwatch.faults`).
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: MonitoredResources, topics: Topics
    ) -> None:
        super().__init__(scope, construct_id)
        stage_rules = list(rules(resources))
        self.by_name = {rule.name: self._alarm(rule, resources) for rule in stage_rules}
        faults = Faults(
            self,
            "Faults",
            stage=resources.stage,
            rules=stage_rules,
            alarms=self.by_name,
            topics=topics,
            runbook_url=resources.runbook_url,
        )
        for rule in stage_rules:
            if rule.name not in faults.members:
                topics.tell_of(self.by_name[rule.name], rule.severity)

    def _alarm(self, rule: Rule, resources: MonitoredResources) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            rule.name,
            alarm_name=alarm_name(resources.stage, rule.name),
            alarm_description=rule.describe(resources.runbook_url),
            metric=rule.metric,
            threshold=rule.threshold,
            comparison_operator=rule.comparison,
            evaluation_periods=rule.evaluation_periods,
            datapoints_to_alarm=rule.datapoints_to_alarm,
            treat_missing_data=rule.treat_missing_data,
        )


def alarm_name(stage: str, rule: str) -> str:
    return f"chest-xray-{stage}-{rule}"


def rules(resources: MonitoredResources) -> Iterator[Rule]:
    """Every rule whose resources exist in this stage."""
    return chain(
        canary.rules(resources),
        positive_rate.rules(resources),
        shares.rules(resources),
        drift.rules(resources),
        journey.rules(resources),
        functions.rules(resources),
        endpoint.rules(resources),
        redis.rules(resources),
    )
