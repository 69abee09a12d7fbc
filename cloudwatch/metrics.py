"""The metrics of dashboards and alarms: our own from the contracts, and those of AWS."""

from collections.abc import Mapping

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.monitored_resources import MonitoredEndpoint, MonitoredResources
from contracts.metrics import DIMENSIONS, NAMESPACE, SERVICE, STAGE, Metric, Service

FIVE_MINUTES = Duration.minutes(5)
_NONE: Mapping[str, str] = {}


def own_metric(
    metric: Metric,
    resources: MonitoredResources,
    *,
    service: Service,
    statistic: str = "Sum",
    period: Duration = FIVE_MINUTES,
    dimensions: Mapping[str, str] = _NONE,
) -> cloudwatch.Metric:
    """One of our own metrics. Raises ValueError for other dimensions than the metric has."""
    if set(dimensions) != set(DIMENSIONS[metric]):
        raise ValueError(f"{metric} has the dimensions {DIMENSIONS[metric]}, not {dimensions}")
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=metric,
        dimensions_map={SERVICE: service, STAGE: resources.stage, **dimensions},
        statistic=statistic,
        period=period,
    )


def each_metric(
    metric: Metric, resources: MonitoredResources, *, statistic: str = "Sum"
) -> cloudwatch.IMetric:
    """A line for each value of the metric's dimensions, found by a search.

    For dashboards only: CloudWatch allows no search in an alarm.
    """
    names = DIMENSIONS[metric]
    schema = ",".join([NAMESPACE, SERVICE, STAGE, *names])
    values = [f"${{PROP('Dim.{name}')}}" for name in names or (SERVICE,)]
    return search_metrics(
        f'{{{schema}}} MetricName="{metric}" {STAGE}="{resources.stage}"',
        statistic,
        label=" ".join([metric, *values, "" if statistic == "Sum" else statistic]).strip(),
    )


def search_metrics(terms: str, statistic: str, *, label: str) -> cloudwatch.IMetric:
    """A line for each metric that CloudWatch finds by `terms`: schema and conditions."""
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{terms}', '{statistic}', {FIVE_MINUTES.to_seconds():.0f})",
        using_metrics={},
        label=label,
        period=FIVE_MINUTES,
    )


def api_gateway_metric(
    resources: MonitoredResources, name: str, *, statistic: str, period: Duration = FIVE_MINUTES
) -> cloudwatch.Metric:
    dimensions = {"ApiName": resources.api_name, "Stage": resources.stage}
    return _aws("AWS/ApiGateway", name, statistic=statistic, dimensions=dimensions, period=period)


def redis_metric(node: str, name: str, *, statistic: str = "Maximum") -> cloudwatch.Metric:
    """A metric of one node: a replication group has no metrics."""
    dimensions = {"CacheClusterId": node}
    return _aws("AWS/ElastiCache", name, statistic=statistic, dimensions=dimensions)


def endpoint_metric(endpoint: MonitoredEndpoint, name: str, *, statistic: str) -> cloudwatch.Metric:
    """A metric of the endpoint's calls. Latencies are in microseconds."""
    return _aws("AWS/SageMaker", name, statistic=statistic, dimensions=_variant(endpoint))


def endpoint_instance_metric(endpoint: MonitoredEndpoint, name: str) -> cloudwatch.Metric:
    """A metric of the endpoint's instances, in percent, summed over the GPUs of an instance."""
    namespace = "/aws/sagemaker/Endpoints"
    return _aws(namespace, name, statistic="Average", dimensions=_variant(endpoint))


def endpoint_instance_count(endpoint: MonitoredEndpoint) -> cloudwatch.Metric:
    """Each instance sends its load once a minute, so the number of values counts them."""
    return cloudwatch.Metric(
        namespace="/aws/sagemaker/Endpoints",
        metric_name="CPUUtilization",
        dimensions_map=dict(_variant(endpoint)),
        statistic="SampleCount",
        period=Duration.minutes(1),
        label="instances",
    )


def login_metrics(resources: MonitoredResources) -> list[cloudwatch.IMetric]:
    """Cognito's counts of logins, of renewals, and of calls that it refuses for their number."""
    schema = "{AWS/Cognito,UserPool,UserPoolClient}"
    names = ("SignInSuccesses", "TokenRefreshSuccesses", "SignInThrottles")
    return [
        search_metrics(
            f'{schema} MetricName="{name}" UserPool="{resources.user_pool}"', "Sum", label=name
        )
        for name in names
    ]


def concurrency_share() -> cloudwatch.IMetric:
    """Percent of the functions that may run at once in the account and region."""
    executions = _aws(
        "AWS/Usage",
        "ConcurrentExecutions",
        statistic="Maximum",
        dimensions={
            "Service": "Lambda",
            "Resource": "ConcurrentExecutions",
            "Type": "Resource",
            "Class": "None",
        },
    )
    return cloudwatch.MathExpression(
        expression="100 * executions / SERVICE_QUOTA(executions)",
        using_metrics={"executions": executions},
        label="percent of the account's limit",
        period=FIVE_MINUTES,
    )


def month_costs() -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Billing",
        metric_name="EstimatedCharges",
        dimensions_map={"Currency": "USD"},
        statistic="Maximum",
        period=Duration.hours(6),
        region="us-east-1",
    )


def firewall_metric(resources: MonitoredResources, name: str) -> cloudwatch.Metric:
    """A metric of the firewall over all its rules."""
    dimensions = {"WebACL": resources.web_acl, "Region": Aws.REGION, "Rule": "ALL"}
    return _aws("AWS/WAFV2", name, statistic="Sum", dimensions=dimensions)


def _variant(endpoint: MonitoredEndpoint) -> Mapping[str, str]:
    return {"EndpointName": endpoint.name, "VariantName": endpoint.variant}


def _aws(
    namespace: str,
    name: str,
    *,
    statistic: str,
    dimensions: Mapping[str, str],
    period: Duration = FIVE_MINUTES,
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace,
        metric_name=name,
        dimensions_map=dict(dimensions),
        statistic=statistic,
        period=period,
    )
