"""The dashboard of a stage: is it answering, how soon, what, and is anything stuck?"""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from contracts.metrics import (
    DECISION,
    NAMESPACE,
    PREDICTOR,
    REASON,
    SERVICE,
    SITE,
    VERDICT,
    Metric,
)

_PERIOD = Duration.minutes(5)
# A dashboard is 24 columns wide.
_THIRD = 8


class Dashboard(Construct):
    """Each widget's title is the question it answers."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        api: apigateway.RestApi,
        functions: Mapping[str, lambda_.Function],
        queue: sqs.Queue,
        dead_letters: sqs.Queue,
        redis: elasticache.CfnReplicationGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        board = cloudwatch.Dashboard(self, "Board", dashboard_name=f"chest-xray-{stage}")
        for row in (
            _answers(),
            _speed(),
            _front_door(api),
            _functions(functions),
            _behind(queue, dead_letters, redis),
        ):
            board.add_widgets(*row)


def _answers() -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "What arrives, and what is answered?",
            _each(Metric.CREATED, SITE),
            _each(Metric.ANSWERED, SITE, DECISION),
        ),
        _graph(
            "What share is positive, and how probable is pneumonia?",
            _each(Metric.POSITIVE, SITE, statistic="Average"),
            _each(Metric.PROBABILITY, SITE, statistic="Average"),
        ),
        _graph("Do doctors agree?", _each(Metric.REVIEWED, SITE, VERDICT)),
    ]


def _speed() -> list[cloudwatch.IWidget]:
    return [
        _graph(
            "How long is the wait, in all and for the endpoint?",
            _each(Metric.END_TO_END_SECONDS, SITE, statistic="p50"),
            _each(Metric.END_TO_END_SECONDS, SITE, statistic="p95"),
            _each(Metric.ENDPOINT_SECONDS, statistic="p95"),
            unit="Seconds",
        ),
        _graph(
            "Which predictor answers, and how often is none needed?",
            _each(Metric.PREDICTIONS, PREDICTOR),
            _each(Metric.FALLBACK),
            _each(Metric.ANSWER_REUSED),
        ),
        _graph(
            "What is turned away, unknown, or failed by us?",
            _each(Metric.REJECTED, SITE, REASON),
            _each(Metric.FAILED),
            _each(Metric.UNKNOWN_UPLOAD),
        ),
    ]


def _front_door(api: apigateway.RestApi) -> list[cloudwatch.IWidget]:
    return [
        _graph("How much is asked of the front door?", api.metric_count(period=_PERIOD)),
        _graph(
            "Which requests go wrong?",
            api.metric_client_error(period=_PERIOD),
            api.metric_server_error(period=_PERIOD),
        ),
        _graph(
            "How long does a request take?",
            api.metric_latency(period=_PERIOD, statistic="p50"),
            api.metric_latency(period=_PERIOD, statistic="p95"),
            unit="Milliseconds",
        ),
    ]


def _functions(functions: Mapping[str, lambda_.Function]) -> list[cloudwatch.IWidget]:
    def each(metric: str, statistic: str) -> list[cloudwatch.IMetric]:
        return [
            function.metric(metric, period=_PERIOD, statistic=statistic, label=name)
            for name, function in functions.items()
        ]

    return [
        _graph("Which function fails?", *each("Errors", "Sum")),
        _graph("Which function is slow?", *each("Duration", "p95"), unit="Milliseconds"),
        _graph("Is a function held back?", *each("Throttles", "Sum")),
    ]


def _behind(
    queue: sqs.Queue, dead_letters: sqs.Queue, redis: elasticache.CfnReplicationGroup
) -> list[cloudwatch.IWidget]:
    oldest = queue.metric_approximate_age_of_oldest_message(period=_PERIOD, statistic="Maximum")
    dead = dead_letters.metric_approximate_number_of_messages_visible(
        period=_PERIOD, statistic="Maximum"
    )
    return [
        _graph("How long has the oldest file waited?", oldest, unit="Seconds"),
        _graph("Has anything been given up?", dead),
        _graph(
            "Is Redis well, and was it refilled?",
            *_redis(redis, "DatabaseMemoryUsagePercentage"),
            *_redis(redis, "EngineCPUUtilization"),
            _each(Metric.CACHE_UNAVAILABLE),
            _each(Metric.REBUILT),
        ),
    ]


def _each(metric: Metric, *dimensions: str, statistic: str = "Sum") -> cloudwatch.IMetric:
    """A line for each value of the dimensions: sites and reasons are not known beforehand."""
    schema = ",".join([NAMESPACE, SERVICE, *dimensions])
    seconds = _PERIOD.to_seconds()
    values = [f"${{PROP('Dim.{name}')}}" for name in dimensions]
    return cloudwatch.MathExpression(
        expression=(
            f"SEARCH('{{{schema}}} MetricName=\"{metric}\"', '{statistic}', {seconds:.0f})"
        ),
        using_metrics={},
        label=" ".join([metric, *values, "" if statistic == "Sum" else statistic]).strip(),
        period=_PERIOD,
    )


def _redis(group: elasticache.CfnReplicationGroup, metric: str) -> list[cloudwatch.IMetric]:
    """A line for each node: ElastiCache names them after the group, counted from 001."""
    nodes = [f"{group.ref}-{node:03}" for node in range(1, int(group.num_cache_clusters or 1) + 1)]
    return [
        cloudwatch.Metric(
            namespace="AWS/ElastiCache",
            metric_name=metric,
            dimensions_map={"CacheClusterId": node},
            period=_PERIOD,
            statistic="Maximum",
        )
        for node in nodes
    ]


def _graph(
    title: str, *metrics: cloudwatch.IMetric, unit: str | None = None
) -> cloudwatch.GraphWidget:
    axis = cloudwatch.YAxisProps(min=0, label=unit, show_units=False)
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=_THIRD, left_y_axis=axis)
