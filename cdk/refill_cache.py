"""Refills Redis from the facts each night, so that it is complete by morning."""

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.bundled_function import BundledFunction
from cloudwatch.monitored_resources import MonitoredQueue

# After ElastiCache's snapshot, and before its maintenance.
_HOUR_UTC, _MINUTE_UTC = "4", "10"
# A refill that could not start within an hour waits for the next night.
_MAX_EVENT_AGE = Duration.hours(1)


class RefillSchedule(Construct):
    """`dead_letters` holds the calls that Lambda gave up."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            # The calls hold no patient data, and EventBridge cannot be limited to our key.
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )

    @property
    def monitored(self) -> MonitoredQueue:
        return MonitoredQueue(name="rebuild", dead_letters=self.dead_letters)

    def schedule_nightly(self, refill_cache: BundledFunction, *, sites: Iterable[str]) -> None:
        """Starts the function each night, once for each site, with two retries."""
        for site in sites:
            event = {"site": site, "missing_only": True}
            target = targets.LambdaFunction(
                refill_cache.function,
                event=events.RuleTargetInput.from_object(event),
                retry_attempts=2,
                max_event_age=_MAX_EVENT_AGE,
                dead_letter_queue=self.dead_letters,
            )
            events.Rule(
                self,
                f"Nightly{site}",
                description=f"Refills Redis with the records of {site}",
                schedule=events.Schedule.cron(hour=_HOUR_UTC, minute=_MINUTE_UTC),
                targets=[target],
            )
