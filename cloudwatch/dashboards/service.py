"""Do doctors get answers? What a person opens first."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

from cloudwatch.dashboards.widgets import WIDE, Row, graph
from cloudwatch.metrics import FIVE_MINUTES, each, front_door
from cloudwatch.monitored_resources import Watched
from contracts.metrics import Metric, Service

# CloudWatch shows up to 100 alarms in a widget.
_ALARMS = 100


def rows(watched: Watched, alarms: Sequence[cloudwatch.IAlarm]) -> list[Row]:
    return [
        _ringing(alarms),
        _answers(watched),
        _front_door(watched),
        _queues(watched),
        _work(watched),
    ]


def _ringing(alarms: Sequence[cloudwatch.IAlarm]) -> Row:
    return [
        cloudwatch.AlarmStatusWidget(
            title="Does an alarm ring?",
            alarms=alarms[first : first + _ALARMS],
            width=WIDE,
            height=4,
            sort_by=cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        )
        for first in range(0, len(alarms), _ALARMS)
    ]


def _answers(watched: Watched) -> Row:
    return [
        graph(
            "What arrives, and what is answered?",
            each(Metric.CREATED, watched),
            each(Metric.ANSWERED, watched),
        ),
        graph(
            "How long is it from a file to its answer?",
            each(Metric.END_TO_END_SECONDS, watched, statistic="p50"),
            each(Metric.END_TO_END_SECONDS, watched, statistic="p95"),
            unit="Seconds",
        ),
        graph(
            "What did we fail, and what came unannounced?",
            each(Metric.FAILED, watched),
            each(Metric.UNKNOWN_UPLOAD, watched),
        ),
    ]


def _front_door(watched: Watched) -> Row:
    return [
        graph(
            "How much is asked of the front door?",
            front_door(watched, "Count", statistic="SampleCount"),
        ),
        graph(
            "Which share of requests goes wrong?",
            front_door(watched, "4XXError", statistic="Average"),
            front_door(watched, "5XXError", statistic="Average"),
        ),
        graph(
            "How long does a request take?",
            front_door(watched, "Latency", statistic="p50"),
            front_door(watched, "Latency", statistic="p95"),
            unit="Milliseconds",
        ),
    ]


def _queues(watched: Watched) -> Row:
    return [
        graph(
            "How long has the oldest file waited?",
            *(
                queue.metric_approximate_age_of_oldest_message(
                    statistic="Maximum", period=FIVE_MINUTES, label=name
                )
                for name, queue in watched.queues.items()
            ),
            unit="Seconds",
        ),
        graph(
            "How many files wait?",
            *(
                queue.metric_approximate_number_of_messages_visible(
                    statistic="Maximum", period=FIVE_MINUTES, label=name
                )
                for name, queue in watched.queues.items()
            ),
        ),
        graph(
            "What was given up?",
            *(
                queue.metric_approximate_number_of_messages_visible(
                    statistic="Maximum", period=FIVE_MINUTES, label=name
                )
                for name, queue in watched.dead_letters.items()
            ),
        ),
    ]


def _work(watched: Watched) -> Row:
    api, screening = watched.functions[Service.API], watched.functions[Service.SCREENING]
    return [
        graph("Does the API answer?", *_calls(api)),
        graph("Does screening keep up?", *_calls(screening)),
        graph(
            "How long do both take, at worst?",
            api.metric_duration(statistic="p95", period=FIVE_MINUTES, label=Service.API),
            screening.metric_duration(
                statistic="p95", period=FIVE_MINUTES, label=Service.SCREENING
            ),
            unit="Milliseconds",
        ),
    ]


def _calls(function: lambda_.Function) -> list[cloudwatch.IMetric]:
    return [
        function.metric_invocations(statistic="Sum", period=FIVE_MINUTES, label="calls"),
        function.metric_errors(statistic="Sum", period=FIVE_MINUTES, label="failed"),
    ]
