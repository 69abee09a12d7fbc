"""Composite alarms: a fault that makes several alarms ring tells people once.

For each part of the system and each severity one composite alarm rings as soon as the first of its
alarms does, and these tell nobody themselves. A ticket waits while the page of the same part rings.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cloudwatch.alarm_rules.rule import Rule, describe_runbook
from cloudwatch.topics import Severity, Topics

RUNBOOK = "several-alarms"
# Parts of the system, and the alarms that one fault in them can start.
_PARTS: Mapping[str, tuple[str, ...]] = {
    "screening": (
        *("screening-*", "arrivals-*", "radiographs-failed-*", "answers-slow-*"),
        "unanswered-*",
    ),
    "page-and-api": ("front-door-fails", "ui-*", "api-*"),
    "endpoint": ("endpoint-*", "cpu-answers"),
    "redis": ("redis-*",),
}
# CloudWatch allows so many alarms in a composite one; with more sites than that, the rest tell by
# themselves.
_MAX_MEMBERS = 100
# A page may ring some minutes after the ticket of the same fault, as it needs more failures.
_WAIT, _EXTENSION = Duration.minutes(5), Duration.minutes(2)


class Faults(Construct):
    """`members` are the names of the rules whose alarms a composite alarm stands for."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        rules: Sequence[Rule],
        alarms: Mapping[str, cloudwatch.Alarm],
        topics: Topics,
        runbook_url: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage, self._topics, self._runbook_url = stage, topics, runbook_url
        self.members: set[str] = set()
        for part in _PARTS:
            page: cloudwatch.CompositeAlarm | None = None
            for severity in (Severity.PAGE, Severity.TICKET):
                names = [rule.name for rule in _select(rules, part, severity)][:_MAX_MEMBERS]
                if len(names) < 2:
                    continue
                composite = self._composite(
                    part, severity, {name: alarms[name] for name in names}, suppressor=page
                )
                page = page or composite
                self.members |= set(names)

    def _composite(
        self,
        part: str,
        severity: Severity,
        alarms: Mapping[str, cloudwatch.Alarm],
        *,
        suppressor: cloudwatch.CompositeAlarm | None,
    ) -> cloudwatch.CompositeAlarm:
        name = f"{part}-{severity}"
        rings = [
            cloudwatch.AlarmRule.from_alarm(alarm, cloudwatch.AlarmState.ALARM)
            for alarm in alarms.values()
        ]
        composite = cloudwatch.CompositeAlarm(
            self,
            name,
            composite_alarm_name=f"chest-xray-{self._stage}-fault-{name}",
            alarm_description=self._describe(part),
            alarm_rule=cloudwatch.AlarmRule.any_of(*rings),
            actions_suppressor=suppressor,
            actions_suppressor_wait_period=_WAIT if suppressor else None,
            actions_suppressor_extension_period=_EXTENSION if suppressor else None,
        )
        self._topics.tell_of(composite, severity)
        return composite

    def _describe(self, part: str) -> str:
        return (
            f"Look at the dashboard of alarms: at least one alarm of the "
            f"part {part} rings, and its own text says what to do. "
            + describe_runbook(self._runbook_url, RUNBOOK)
        )


def _select(rules: Sequence[Rule], part: str, severity: Severity) -> Iterator[Rule]:
    for rule in rules:
        is_of_part = any(fnmatch(rule.name, pattern) for pattern in _PARTS[part])
        if is_of_part and rule.severity is severity:
            yield rule
