"""The service dashboard, which a person opens first: do doctors get answers?"""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from cloudwatch.dashboards.widgets import THIRD, WIDE, Row, graph
from cloudwatch.log_queries import function_logs, newest_errors
from cloudwatch.metrics import FIVE_MINUTES, api_gateway_metric, each_metric, login_metrics
from cloudwatch.monitored_resources import MonitoredResources
from contracts.metrics import Metric, Service

# CloudWatch shows up to 100 alarms in a widget.
_ALARMS = 100
_RINGS = "Does an alarm ring?"


def rows(resources: MonitoredResources, alarms: Sequence[cloudwatch.IAlarm]) -> list[Row]:
    return [
        _alarm_states(alarms),
        _answers(resources),
        _canary(resources),
        _api_gateway(resources),
        _queues(resources),
        _work(resources),
        _errors(resources),
        _shares(resources),
    ]


def _alarm_states(alarms: Sequence[cloudwatch.IAlarm]) -> Row:
    return [
        cloudwatch.AlarmStatusWidget(
            title=f"Does an alarm ring, from number {first + 1} on?" if first else _RINGS,
            alarms=alarms[first : first + _ALARMS],
            width=WIDE,
            height=4,
            sort_by=cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        )
        for first in range(0, len(alarms), _ALARMS)
    ]


def _canary(resources: MonitoredResources) -> Row:
    return [
        graph(
            "Does the canary come through?",
            each_metric(Metric.CANARY_SUCCEEDED, resources, statistic="Minimum"),
        ),
        graph(
            "How long is the canary's whole way?",
            each_metric(Metric.CANARY_SECONDS, resources, statistic="Maximum"),
            unit="Seconds",
        ),
    ]


def _answers(resources: MonitoredResources) -> Row:
    return [
        graph(
            "What arrives, and what is answered?",
            each_metric(Metric.CREATED, resources),
            each_metric(Metric.ANSWERED, resources),
        ),
        graph(
            "How long is it from a file to its answer?",
            each_metric(Metric.END_TO_END_SECONDS, resources, statistic="p50"),
            each_metric(Metric.END_TO_END_SECONDS, resources, statistic="p95"),
            unit="Seconds",
        ),
        graph(
            "What failed, cannot be read, was not announced, or was decoded unconfined?",
            each_metric(Metric.FAILED, resources),
            each_metric(Metric.UNREADABLE, resources),
            each_metric(Metric.UNKNOWN_UPLOAD, resources),
            each_metric(Metric.DECODER_UNCONFINED, resources),
            each_metric(Metric.SETTINGS_UNREAD, resources),
        ),
    ]


def _api_gateway(resources: MonitoredResources) -> Row:
    return [
        graph(
            "How many requests arrive at API Gateway?",
            api_gateway_metric(resources, "Count", statistic="SampleCount"),
        ),
        graph(
            "Which share of requests fails?",
            api_gateway_metric(resources, "4XXError", statistic="Average"),
            api_gateway_metric(resources, "5XXError", statistic="Average"),
        ),
        graph(
            "How long does a request take?",
            api_gateway_metric(resources, "Latency", statistic="p50"),
            api_gateway_metric(resources, "Latency", statistic="p95"),
            unit="Milliseconds",
        ),
    ]


def _queues(resources: MonitoredResources) -> Row:
    queues = {each.name: each.queue for each in resources.queues if each.queue}
    dead_letters = {each.name: each.dead_letters for each in resources.queues}
    return [
        graph(
            "How long has the oldest file waited?",
            *(
                queue.metric_approximate_age_of_oldest_message(
                    statistic="Maximum", period=FIVE_MINUTES, label=name
                )
                for name, queue in queues.items()
            ),
            unit="Seconds",
        ),
        graph("How many files wait?", *_messages(queues)),
        graph("What is in the dead-letter queues?", *_messages(dead_letters)),
    ]


def _messages(queues: Mapping[str, sqs.IQueue]) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_number_of_messages_visible(
            statistic="Maximum", period=FIVE_MINUTES, label=name
        )
        for name, queue in queues.items()
    ]


def _work(resources: MonitoredResources) -> Row:
    api, screening = resources.functions[Service.API], resources.functions[Service.SCREENING]
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


def _errors(resources: MonitoredResources) -> Row:
    """The newest lines of all functions, and whether people can log in."""
    return [
        cloudwatch.LogQueryWidget(
            title="Which errors are the newest?",
            log_group_names=[group.log_group_name for group in function_logs(resources).values()],
            query_lines=newest_errors(),
            width=2 * THIRD,
        ),
        graph("Can people log in?", *login_metrics(resources)),
    ]


def _shares(resources: MonitoredResources) -> Row:
    return [
        graph(
            "Which share is rejected, has an unusable image, or is disputed by doctors?",
            each_metric(Metric.REJECTED_FILES, resources, statistic="Average"),
            each_metric(Metric.UNUSABLE_IMAGES, resources, statistic="Average"),
            each_metric(Metric.DISAGREEMENTS, resources, statistic="Average"),
        ),
        graph("Did training jobs fail?", *_messages({"jobs": resources.failed_training})),
    ]


def _calls(function: lambda_.Function) -> list[cloudwatch.IMetric]:
    return [
        function.metric_invocations(statistic="Sum", period=FIVE_MINUTES, label="calls"),
        function.metric_errors(statistic="Sum", period=FIVE_MINUTES, label="failed"),
    ]
