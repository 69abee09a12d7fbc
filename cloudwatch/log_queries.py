"""Saved queries of Logs Insights: what a person on call asks the logs."""

from collections.abc import Mapping

from aws_cdk import aws_logs as logs
from constructs import Construct

from cloudwatch.monitored_resources import MonitoredResources

# Lambda and its runtime report these in words of their own, without a level.
_CRASH = r"/Task timed out|Runtime\.|Process exited/"
_NEWEST_ERRORS = logs.QueryString(
    fields=["@timestamp", "service", "level", "message", "error", "radiograph_id", "xray_trace_id"],
    filter_statements=[f'level in ["WARNING", "ERROR", "CRITICAL"] or @message like {_CRASH}'],
    sort="@timestamp desc",
    limit=50,
)
# Who asks puts the id in place of the word.
_FUNCTION_QUERIES = {
    "newest errors": _NEWEST_ERRORS,
    "one radiograph, by its id": logs.QueryString(
        fields=["@timestamp", "service", "level", "message", "error", "xray_trace_id"],
        filter_statements=['radiograph_id = "ID"'],
        sort="@timestamp asc",
    ),
    "how much of its memory each function uses": logs.QueryString(
        filter_statements=['@type = "REPORT"'],
        stats_statements=[
            "max(100 * @maxMemoryUsed / @memorySize) as percent, count() as calls by @log"
        ],
        sort="percent desc",
    ),
    "how often and how long functions start": logs.QueryString(
        filter_statements=["ispresent(@initDuration)"],
        stats_statements=["count() as starts, max(@initDuration) as milliseconds by @log"],
        sort="starts desc",
    ),
}
_ACCESS_QUERIES = {
    "slow requests": logs.QueryString(
        fields=["time", "method", "path", "status", "milliseconds", "behind_milliseconds", "trace"],
        filter_statements=["milliseconds > 3000"],
        sort="milliseconds desc",
        limit=50,
    ),
    "refused and failed requests": logs.QueryString(
        filter_statements=["status >= 400"],
        stats_statements=["count() as requests by status, method, error, refused_by_firewall"],
        sort="requests desc",
    ),
}


class LogQueries(Construct):
    """Each stands in Logs Insights under the name of the stage."""

    def __init__(
        self, scope: Construct, construct_id: str, *, resources: MonitoredResources
    ) -> None:
        super().__init__(scope, construct_id)
        functions = list(function_logs(resources).values())
        for name, query in _FUNCTION_QUERIES.items():
            self._save(name, query, functions, stage=resources.stage)
        for name, query in _ACCESS_QUERIES.items():
            self._save(name, query, [resources.access_log], stage=resources.stage)
        everywhere = logs.QueryString(
            fields=["@timestamp", "service", "level", "message", "path", "status"],
            filter_statements=['@message like "REFERENCE"'],
            sort="@timestamp asc",
        )
        groups = [*functions, resources.access_log]
        self._save("one request, by its reference", everywhere, groups, stage=resources.stage)

    def _save(
        self, name: str, query: logs.QueryString, groups: list[logs.ILogGroup], *, stage: str
    ) -> None:
        logs.QueryDefinition(
            self,
            "".join(word.strip(",").capitalize() for word in name.split()),
            query_definition_name=f"chest-xray-{stage}/{name}",
            query_string=query,
            log_groups=groups,
        )


def function_logs(resources: MonitoredResources) -> Mapping[str, logs.ILogGroup]:
    """The log group of each function, by the function's name."""
    return {name: function.log_group for name, function in resources.functions.items()}


def newest_errors() -> list[str]:
    """The lines of the query, for a dashboard."""
    return [line.removeprefix("| ") for line in _NEWEST_ERRORS.to_string().splitlines()]
