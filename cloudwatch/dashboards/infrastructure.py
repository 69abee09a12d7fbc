"""Are the parts well? What a person opens after an alarm, to see which part it is."""

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.dashboards.widgets import Row, graph
from cloudwatch.metrics import FIVE_MINUTES, each, endpoint, endpoint_instance, redis, search
from cloudwatch.monitored_resources import Watched
from contracts.metrics import Metric


def rows(watched: Watched) -> list[Row]:
    return [
        _functions(watched),
        *_redis(watched),
        *_endpoint(watched),
        [*_firewall(watched), *_training()],
    ]


def _functions(watched: Watched) -> Row:
    def of_each(metric: str, statistic: str) -> list[cloudwatch.IMetric]:
        return [
            function.metric(metric, statistic=statistic, period=FIVE_MINUTES, label=name)
            for name, function in watched.functions.items()
        ]

    return [
        graph("Which function fails?", *of_each("Errors", "Sum")),
        graph("Which function is slow?", *of_each("Duration", "p95"), unit="Milliseconds"),
        graph(
            "Is a function held back, and how many run at once?",
            *of_each("Throttles", "Sum"),
            *of_each("ConcurrentExecutions", "Maximum"),
        ),
    ]


def _redis(watched: Watched) -> list[Row]:
    def of_each(metric: str, statistic: str = "Maximum") -> list[cloudwatch.IMetric]:
        return [redis(node, metric, statistic=statistic) for node in watched.redis_nodes]

    return [
        [
            graph("How hard does Redis work?", *of_each("EngineCPUUtilization"), unit="Percent"),
            graph("How full is Redis?", *of_each("DatabaseMemoryUsagePercentage"), unit="Percent"),
            graph(
                "Does Redis drop what is in use, or refuse somebody?",
                *of_each("Evictions", "Sum"),
                *of_each("AuthenticationFailures", "Sum"),
            ),
        ],
        [
            graph("Who is connected to Redis?", *of_each("CurrConnections")),
            graph(
                "Which node is the primary, and how far behind is the other?",
                *of_each("IsMaster"),
                *of_each("ReplicationLag"),
            ),
            graph(
                "Was Redis away, and was it refilled?",
                each(Metric.CACHE_UNAVAILABLE, watched),
                each(Metric.REBUILT, watched),
            ),
        ],
    ]


def _endpoint(watched: Watched) -> list[Row]:
    of = watched.endpoint
    if of is None:
        return []
    return [
        [
            graph(
                "How long does the endpoint take, and how long do calls wait?",
                endpoint(of, "ModelLatency", statistic="p95"),
                endpoint(of, "OverheadLatency", statistic="p95"),
                unit="Microseconds",
            ),
            graph(
                "Does the endpoint fail?",
                endpoint(of, "Invocations", statistic="Sum"),
                endpoint(of, "Invocation4XXErrors", statistic="Sum"),
                endpoint(of, "Invocation5XXErrors", statistic="Sum"),
            ),
            graph(
                "How hard do the endpoint's instances work?",
                endpoint_instance(of, "GPUUtilization"),
                endpoint_instance(of, "GPUMemoryUtilization"),
                endpoint_instance(of, "CPUUtilization"),
                endpoint_instance(of, "MemoryUtilization"),
                unit="Percent",
            ),
        ]
    ]


def _firewall(watched: Watched) -> Row:
    """A line a rule, and one for all."""
    if not watched.web_acl:
        return []
    blocked = f'MetricName="BlockedRequests" WebACL="{watched.web_acl}"'
    return [
        graph(
            "What does the firewall turn away?",
            search(f"{{AWS/WAFV2,Region,Rule,WebACL}} {blocked}", "Sum", label=_value("Rule")),
        )
    ]


def _training() -> Row:
    """The account's jobs in the region: each is made after the dashboard, under its own name."""
    jobs = '{"/aws/sagemaker/TrainingJobs",Host}'
    names = ("GPUUtilization", "GPUMemoryUtilization", "CPUUtilization", "MemoryUtilization")
    return [
        graph(
            "How hard do training jobs work?",
            *(
                search(f'{jobs} MetricName="{name}"', "Average", label=f"{name} {_value('Host')}")
                for name in names
            ),
            unit="Percent",
        )
    ]


def _value(dimension: str) -> str:
    return f"${{PROP('Dim.{dimension}')}}"
