"""Starts the canary every five minutes."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from cdk.bundled_function import BundledFunction
from cloudwatch.alarm_rules.canary import MINUTES


def schedule_canary(scope: Construct, canary: BundledFunction) -> None:
    """A start that is missed is missing in the metric, so none is repeated."""
    events.Rule(
        scope,
        "CanarySchedule",
        description="Goes a doctor's way with a synthetic film",
        schedule=events.Schedule.rate(Duration.minutes(MINUTES)),
        targets=[
            targets.LambdaFunction(
                canary.function, retry_attempts=0, max_event_age=Duration.minutes(MINUTES)
            )
        ],
    )
