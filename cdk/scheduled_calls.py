"""Starts a function by a schedule, with a queue of the calls that were given up."""

from collections.abc import Iterable, Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from cdk.bundled_function import BundledFunction
from cloudwatch.monitored_resources import MonitoredQueue

# A call that could not start within an hour waits for the next one.
_MAX_EVENT_AGE = Duration.hours(1)


class ScheduledCalls(Construct):
    """`dead_letters` holds the calls that Lambda gave up; `name` is its name in alarms."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        self.name = name
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
        return MonitoredQueue(name=self.name, dead_letters=self.dead_letters)

    def refill_nightly(self, refill_cache: BundledFunction, *, sites: Iterable[str]) -> None:
        """Once for each site, after ElastiCache's snapshot and before its maintenance."""
        schedule = events.Schedule.cron(hour="4", minute="10")
        for site in sites:
            event = {"site": site, "missing_only": True}
            text = f"Refills Redis with the records of {site}"
            self._start(f"Nightly{site}", refill_cache, schedule, text, event=event)

    def compare_hourly(self, drift: BundledFunction) -> None:
        """A site with 2,000 films a day has 200 answers in little more than two hours."""
        schedule = events.Schedule.rate(Duration.hours(1))
        self._start("Hourly", drift, schedule, "Compares the last answers of each site")

    def _start(
        self,
        rule_id: str,
        function: BundledFunction,
        schedule: events.Schedule,
        description: str,
        *,
        event: Mapping[str, Any] | None = None,
    ) -> None:
        """With two retries. `event` is what the function gets, by default that of the schedule."""
        events.Rule(
            self,
            rule_id,
            description=description,
            schedule=schedule,
            targets=[
                targets.LambdaFunction(
                    function.function,
                    event=events.RuleTargetInput.from_object(event) if event else None,
                    retry_attempts=2,
                    max_event_age=_MAX_EVENT_AGE,
                    dead_letter_queue=self.dead_letters,
                )
            ],
        )
