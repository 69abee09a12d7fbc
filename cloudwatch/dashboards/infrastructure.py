"""The infrastructure dashboard: which part of the system causes an alarm?"""

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.dashboards.widgets import Row, graph
from cloudwatch.metrics import (
    FIVE_MINUTES,
    concurrency_share,
    each_metric,
    endpoint_instance_count,
    endpoint_instance_metric,
    endpoint_metric,
    month_costs,
    redis_metric,
    search_metrics,
)
from cloudwatch.monitored_resources import MonitoredEndpoint, MonitoredResources
from contracts.metrics import Metric


def rows(resources: MonitoredResources) -> list[Row]:
    return [
        _functions(resources),
        *_redis(resources),
        *_endpoint(resources),
        [*_firewall(resources), *_training(), _concurrency()],
        [_instances(resources.endpoint), _costs()] if resources.endpoint else [_costs()],
    ]


def _functions(resources: MonitoredResources) -> Row:
    def of_each(metric: str, statistic: str) -> list[cloudwatch.IMetric]:
        return [
            function.metric(metric, statistic=statistic, period=FIVE_MINUTES, label=name)
            for name, function in resources.functions.items()
        ]

    return [
        graph("Which function fails?", *of_each("Errors", "Sum")),
        graph("Which function is slow?", *of_each("Duration", "p95"), unit="Milliseconds"),
        graph(
            "Is a function throttled, and how many run at once?",
            *of_each("Throttles", "Sum"),
            *of_each("ConcurrentExecutions", "Maximum"),
        ),
    ]


def _redis(resources: MonitoredResources) -> list[Row]:
    def of_each(metric: str, statistic: str = "Maximum") -> list[cloudwatch.IMetric]:
        return [redis_metric(node, metric, statistic=statistic) for node in resources.redis_nodes]

    return [
        [
            graph("How busy is Redis?", *of_each("EngineCPUUtilization"), unit="Percent"),
            graph("How full is Redis?", *of_each("DatabaseMemoryUsagePercentage"), unit="Percent"),
            graph(
                "Does Redis evict keys, or refuse connections?",
                *of_each("Evictions", "Sum"),
                *of_each("AuthenticationFailures", "Sum"),
            ),
        ],
        [
            graph("How many clients are connected to Redis?", *of_each("CurrConnections")),
            graph(
                "Which node is the primary, and how far behind is the other?",
                *of_each("IsMaster"),
                *of_each("ReplicationLag"),
            ),
            graph(
                "Was Redis away, was it refilled, and which logouts were not checked?",
                each_metric(Metric.CACHE_UNAVAILABLE, resources),
                each_metric(Metric.REBUILT, resources),
                each_metric(Metric.LOGOUT_UNCHECKED, resources),
            ),
        ],
    ]


def _endpoint(resources: MonitoredResources) -> list[Row]:
    endpoint = resources.endpoint
    if endpoint is None:
        return []
    return [
        [
            graph(
                "How long does the endpoint take, and how long do calls wait?",
                endpoint_metric(endpoint, "ModelLatency", statistic="p95"),
                endpoint_metric(endpoint, "OverheadLatency", statistic="p95"),
                unit="Microseconds",
            ),
            graph(
                "Does the endpoint fail?",
                endpoint_metric(endpoint, "Invocations", statistic="Sum"),
                endpoint_metric(endpoint, "Invocation4XXErrors", statistic="Sum"),
                endpoint_metric(endpoint, "Invocation5XXErrors", statistic="Sum"),
            ),
            graph(
                "How busy are the endpoint's instances?",
                endpoint_instance_metric(endpoint, "GPUUtilization"),
                endpoint_instance_metric(endpoint, "GPUMemoryUtilization"),
                endpoint_instance_metric(endpoint, "CPUUtilization"),
                endpoint_instance_metric(endpoint, "MemoryUtilization"),
                unit="Percent",
            ),
        ]
    ]


def _firewall(resources: MonitoredResources) -> Row:
    """A line per rule, and one for all rules."""
    if not resources.web_acl:
        return []
    blocked = f'MetricName="BlockedRequests" WebACL="{resources.web_acl}"'
    return [
        graph(
            "What does the firewall block?",
            search_metrics(
                f"{{AWS/WAFV2,Region,Rule,WebACL}} {blocked}", "Sum", label=_value("Rule")
            ),
        )
    ]


def _training() -> Row:
    """All training jobs of the account in the region, found by a search."""
    jobs = '{"/aws/sagemaker/TrainingJobs",Host}'
    names = ("GPUUtilization", "GPUMemoryUtilization", "CPUUtilization", "MemoryUtilization")
    return [
        graph(
            "How busy are training jobs?",
            *(
                search_metrics(
                    f'{jobs} MetricName="{name}"', "Average", label=f"{name} {_value('Host')}"
                )
                for name in names
            ),
            unit="Percent",
        )
    ]


def _instances(endpoint: MonitoredEndpoint) -> cloudwatch.IWidget:
    return graph("How many instances has the endpoint?", endpoint_instance_count(endpoint))


def _concurrency() -> cloudwatch.IWidget:
    return graph(
        "How near are all functions of the account to its limit?",
        concurrency_share(),
        unit="Percent",
    )


def _costs() -> cloudwatch.IWidget:
    """AWS gives them in one region, once the account has turned billing alerts on."""
    return graph("What has the account cost this month, in US dollars?", month_costs())


def _value(dimension: str) -> str:
    return f"${{PROP('Dim.{dimension}')}}"
