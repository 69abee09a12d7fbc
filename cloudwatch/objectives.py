"""Service level objectives, and alarms on the rate at which their error budgets burn.

An objective allows a share of bad events in 30 days. The alarms ring where the budget burns so fast
that it will not last: 14.4 times as fast uses 2 % of it in an hour, 6 times 5 % in six hours. Each
needs the long window, so that few events do not count, and a short one, so that it ends soon after
the fault (Beyer et al., The Site Reliability Workbook, 2018, chapter 5).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cloudwatch.alarm_rules.rule import describe_runbook
from cloudwatch.metrics import api_gateway_metric, own_metric
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.topics import Severity, Topics
from contracts.metrics import SITE, Metric, Service

ANSWER_SECONDS = 10
# So few bad events are no trend, whatever their share: a small hospital has 50 radiographs a day.
_MIN_BAD = 5


@dataclass(frozen=True, kw_only=True)
class Objective:
    """`allowed_percent` of events may be bad. `expression` counts the bad ones from the series in
    `metrics`, of which `all` counts all events; each alarm sets their period.
    """

    name: str
    sentence: str
    runbook: str
    allowed_percent: float
    expression: str
    metrics: dict[str, cloudwatch.Metric]


@dataclass(frozen=True, kw_only=True)
class BurnRate:
    name: str
    factor: float
    long: Duration
    short: Duration
    severity: Severity


BURN_RATES = (
    BurnRate(
        name="fast",
        factor=14.4,
        long=Duration.hours(1),
        short=Duration.minutes(5),
        severity=Severity.PAGE,
    ),
    BurnRate(
        name="slow",
        factor=6,
        long=Duration.hours(6),
        short=Duration.minutes(30),
        severity=Severity.TICKET,
    ),
)


def list_objectives(resources: MonitoredResources) -> Iterator[Objective]:
    yield Objective(
        name="available",
        sentence="99.5 % of requests to page and API are answered without a fault of ours.",
        runbook="front-door-fails",
        allowed_percent=0.5,
        expression="bad",
        metrics={
            "bad": api_gateway_metric(resources, "5XXError", statistic="Sum"),
            "all": api_gateway_metric(resources, "Count", statistic="SampleCount"),
        },
    )
    for site in resources.sites:
        seconds, answers = (
            own_metric(
                Metric.END_TO_END_SECONDS,
                resources,
                service=Service.SCREENING,
                statistic=statistic,
                dimensions={SITE: site},
            )
            for statistic in (f"TC(:{ANSWER_SECONDS})", "SampleCount")
        )
        yield Objective(
            name=f"answered-{site}",
            sentence=f"99 % of the answers of {site} come within {ANSWER_SECONDS} seconds.",
            runbook="answers-slow",
            allowed_percent=1,
            expression="(all - good)",
            metrics={"good": seconds, "all": answers},
        )


class Objectives(Construct):
    """Two alarms a burn rate, which tell nobody, and a composite alarm of both. `windows` are the
    first, by their names within the stage.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: MonitoredResources, topics: Topics
    ) -> None:
        super().__init__(scope, construct_id)
        self._resources, self._topics = resources, topics
        self.windows: dict[str, cloudwatch.Alarm] = {}
        for objective in list_objectives(resources):
            for rate in BURN_RATES:
                self._watch(objective, rate)

    def _watch(self, objective: Objective, rate: BurnRate) -> None:
        windows = [self._window(objective, rate, period) for period in (rate.long, rate.short)]
        rings = [
            cloudwatch.AlarmRule.from_alarm(alarm, cloudwatch.AlarmState.ALARM) for alarm in windows
        ]
        composite = cloudwatch.CompositeAlarm(
            self,
            f"{objective.name}-{rate.name}",
            composite_alarm_name=self._name(objective, rate),
            alarm_description=f"{objective.sentence} The errors that this allows in 30 days are "
            f"used up {rate.factor:g} times as fast. "
            + describe_runbook(self._resources.runbook_url, objective.runbook),
            alarm_rule=cloudwatch.AlarmRule.all_of(*rings),
        )
        self._topics.tell_of(composite, rate.severity)

    def _window(self, objective: Objective, rate: BurnRate, period: Duration) -> cloudwatch.Alarm:
        minutes = round(period.to_minutes())
        threshold = rate.factor * objective.allowed_percent
        bad = objective.expression
        share = cloudwatch.MathExpression(
            expression=f"IF({bad} >= {_MIN_BAD}, 100 * {bad} / all, 0)",
            using_metrics={
                name: metric.with_(period=period) for name, metric in objective.metrics.items()
            },
            label=f"percent of bad events in {minutes} minutes",
            period=period,
        )
        alarm = cloudwatch.Alarm(
            self,
            f"{objective.name}-{rate.name}-{minutes}",
            alarm_name=f"{self._name(objective, rate)}-{minutes}-minutes",
            alarm_description=f"{objective.sentence} In {minutes} minutes more than "
            f"{threshold:g} % were bad. {self._name(objective, rate)} tells of it.",
            metric=share,
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self.windows[f"objective-{objective.name}-{rate.name}-{minutes}-minutes"] = alarm
        return alarm

    def _name(self, objective: Objective, rate: BurnRate) -> str:
        return f"chest-xray-{self._resources.stage}-objective-{objective.name}-{rate.name}"
