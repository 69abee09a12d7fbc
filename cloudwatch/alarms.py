"""The alarms of a stage, made of the rules."""

from collections.abc import Iterator
from itertools import chain

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from constructs import Construct

from cloudwatch.monitored_resources import Watched
from cloudwatch.rules import functions, journey, positive_rate, predictors, redis
from cloudwatch.rules.rule import Rule
from cloudwatch.topics import Topics


class Alarms(Construct):
    """`by_name`, the rules' names. Each tells its topic when it rings, and when it is over."""

    def __init__(
        self, scope: Construct, construct_id: str, *, watched: Watched, topics: Topics
    ) -> None:
        super().__init__(scope, construct_id)
        self.by_name = {
            rule.name: self._alarm(rule, watched.stage, topics) for rule in rules(watched)
        }

    def _alarm(self, rule: Rule, stage: str, topics: Topics) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            rule.name,
            alarm_name=alarm_name(stage, rule.name),
            alarm_description=rule.description,
            metric=rule.metric,
            threshold=rule.threshold,
            comparison_operator=rule.comparison,
            evaluation_periods=rule.of,
            datapoints_to_alarm=rule.breaching,
            treat_missing_data=rule.missing,
        )
        tell = actions.SnsAction(topics.of[rule.severity])
        alarm.add_alarm_action(tell)
        alarm.add_ok_action(tell)
        return alarm


def alarm_name(stage: str, rule: str) -> str:
    return f"chest-xray-{stage}-{rule}"


def rules(watched: Watched) -> Iterator[Rule]:
    """Every rule that this stage has something for."""
    return chain(
        positive_rate.rules(watched),
        journey.rules(watched),
        functions.rules(watched),
        predictors.rules(watched),
        redis.rules(watched),
    )
