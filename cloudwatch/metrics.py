"""The metrics that are drawn and alarmed on: our own by the contracts, AWS's by its names."""

from collections.abc import Mapping

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.monitored_resources import Watched, WatchedEndpoint
from contracts.metrics import DIMENSIONS, NAMESPACE, SERVICE, STAGE, Metric, Service

FIVE_MINUTES = Duration.minutes(5)
_NONE: Mapping[str, str] = {}


def own(
    metric: Metric,
    watched: Watched,
    *,
    service: Service,
    statistic: str = "Sum",
    period: Duration = FIVE_MINUTES,
    dimensions: Mapping[str, str] = _NONE,
) -> cloudwatch.Metric:
    """One of our own metrics; ValueError where these are not its dimensions."""
    if set(dimensions) != set(DIMENSIONS[metric]):
        raise ValueError(f"{metric} has the dimensions {DIMENSIONS[metric]}, not {dimensions}")
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=metric,
        dimensions_map={SERVICE: service, STAGE: watched.stage, **dimensions},
        statistic=statistic,
        period=period,
    )


def each(metric: Metric, watched: Watched, *, statistic: str = "Sum") -> cloudwatch.IMetric:
    """A line for each value of the metric's dimensions: a reason is not known beforehand.

    For dashboards only: an alarm takes no search.
    """
    names = DIMENSIONS[metric]
    schema = ",".join([NAMESPACE, SERVICE, STAGE, *names])
    values = [f"${{PROP('Dim.{name}')}}" for name in names or (SERVICE,)]
    return search(
        f'{{{schema}}} MetricName="{metric}" {STAGE}="{watched.stage}"',
        statistic,
        label=" ".join([metric, *values, "" if statistic == "Sum" else statistic]).strip(),
    )


def search(what: str, statistic: str, *, label: str) -> cloudwatch.IMetric:
    """A line for each metric that CloudWatch finds; `what` is its schema and terms."""
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{what}', '{statistic}', {FIVE_MINUTES.to_seconds():.0f})",
        using_metrics={},
        label=label,
        period=FIVE_MINUTES,
    )


def front_door(watched: Watched, name: str, *, statistic: str) -> cloudwatch.Metric:
    dimensions = {"ApiName": watched.api_name, "Stage": watched.stage}
    return _aws("AWS/ApiGateway", name, statistic=statistic, dimensions=dimensions)


def redis(node: str, name: str, *, statistic: str = "Maximum") -> cloudwatch.Metric:
    """Of one node: a group has no metrics of its own."""
    dimensions = {"CacheClusterId": node}
    return _aws("AWS/ElastiCache", name, statistic=statistic, dimensions=dimensions)


def endpoint(of: WatchedEndpoint, name: str, *, statistic: str) -> cloudwatch.Metric:
    """Of the calls: latencies are in microseconds."""
    return _aws("AWS/SageMaker", name, statistic=statistic, dimensions=_variant(of))


def endpoint_instance(of: WatchedEndpoint, name: str) -> cloudwatch.Metric:
    """Of the instances, in percent, added up over an instance's GPUs."""
    namespace = "/aws/sagemaker/Endpoints"
    return _aws(namespace, name, statistic="Average", dimensions=_variant(of))


def firewall(watched: Watched, name: str) -> cloudwatch.Metric:
    """Of all rules together."""
    dimensions = {"WebACL": watched.web_acl, "Region": Aws.REGION, "Rule": "ALL"}
    return _aws("AWS/WAFV2", name, statistic="Sum", dimensions=dimensions)


def _variant(of: WatchedEndpoint) -> Mapping[str, str]:
    return {"EndpointName": of.name, "VariantName": of.variant}


def _aws(
    namespace: str, name: str, *, statistic: str, dimensions: Mapping[str, str]
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dict(dimensions),
        statistic=statistic,
        period=FIVE_MINUTES,
    )
