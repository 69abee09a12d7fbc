"""Redis is refilled from the facts each night, so that what it lost by day is back by morning."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.function import BundledFunction

# After ElastiCache's snapshot, and before its maintenance.
_HOUR_UTC, _MINUTE_UTC = "4", "10"
# A refill that could not begin within an hour waits for the next night.
_TRY_FOR = Duration.hours(1)


class Refill(Construct):
    """`dead_letters` holds the calls that Lambda gave up; `call_nightly` sets the time."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            # A call says nothing of anybody, and EventBridge cannot be held to a key of ours.
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )

    def call_nightly(self, rebuild: BundledFunction) -> None:
        events.Rule(
            self,
            "Nightly",
            description="Refills Redis from the facts",
            schedule=events.Schedule.cron(hour=_HOUR_UTC, minute=_MINUTE_UTC),
            targets=[
                targets.LambdaFunction(
                    rebuild.function,
                    retry_attempts=2,
                    max_event_age=_TRY_FOR,
                    dead_letter_queue=self.dead_letters,
                )
            ],
        )
