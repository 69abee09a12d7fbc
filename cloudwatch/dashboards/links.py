"""The first row of each dashboard: the ways to the others, to the logs and to the runbooks."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch

from cloudwatch.dashboards.widgets import WIDE, Row


@dataclass(frozen=True, kw_only=True)
class Links:
    """`boards` are the names of all dashboards of the stage; `runbook_url` may be empty."""

    stage: str
    region: str
    boards: Sequence[str]
    runbook_url: str

    def dashboard_name(self, board: str) -> str:
        """All regions of an account share the names of dashboards."""
        return f"chest-xray-{self.stage}-{self.region}-{board}"

    def dashboard_url(self, board: str) -> str:
        return self._console_url(f"dashboards/dashboard/{self.dashboard_name(board)}")

    def row(self) -> Row:
        addresses = {board: self.dashboard_url(board) for board in self.boards}
        addresses["logs"] = self._console_url("logsV2:logs-insights")
        addresses["traces"] = self._console_url("xray:traces/query")
        if self.runbook_url:
            addresses["runbooks"] = f"{self.runbook_url}/README.md"
        texts = [f"[{name}]({address})" for name, address in addresses.items()]
        return [cloudwatch.TextWidget(markdown=" · ".join(texts), width=WIDE, height=1)]

    def _console_url(self, page: str) -> str:
        host = f"https://{self.region}.console.aws.amazon.com"
        return f"{host}/cloudwatch/home?region={self.region}#{page}"
