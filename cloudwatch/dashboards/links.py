"""The first row of each dashboard: the ways to the others, to the logs and to the runbooks."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.dashboards.widgets import WIDE, Row
from cloudwatch.monitored_resources import MonitoredResources


def console_url(page: str) -> str:
    """The address of a page of CloudWatch's console in the stage's region."""
    host = f"https://{Aws.REGION}.console.aws.amazon.com"
    return f"{host}/cloudwatch/home?region={Aws.REGION}#{page}"


def dashboard_name(stage: str, name: str) -> str:
    return f"chest-xray-{stage}-{name}"


def links(resources: MonitoredResources, boards: Sequence[str]) -> Row:
    """One line of links; `boards` are the names of all dashboards."""
    names = {board: dashboard_name(resources.stage, board) for board in boards}
    pages = {
        **{board: f"dashboards/dashboard/{name}" for board, name in names.items()},
        "logs": "logsV2:logs-insights",
        "traces": "xray:traces/query",
    }
    addresses = {name: console_url(page) for name, page in pages.items()}
    if resources.runbook_url:
        addresses["runbooks"] = f"{resources.runbook_url}/README.md"
    texts = [f"[{name}]({address})" for name, address in addresses.items()]
    return [cloudwatch.TextWidget(markdown=" · ".join(texts), width=WIDE, height=1)]
