"""The four dashboards of a stage: service, model, infrastructure and alarms."""

from collections.abc import Mapping

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cloudwatch.dashboards import alarms as alarm_board
from cloudwatch.dashboards import infrastructure, model, service
from cloudwatch.dashboards.links import Links
from cloudwatch.monitored_resources import MonitoredResources


class Dashboards(Construct):
    """`url` is the address of the service dashboard in the console. `alarms` have their names
    within the stage.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resources: MonitoredResources,
        alarms: Mapping[str, cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        boards = {
            "service": service.rows(resources, list(alarms.values())),
            "model": model.rows(resources),
            "infrastructure": infrastructure.rows(resources),
            "alarms": alarm_board.rows(alarms),
        }
        links = Links(
            stage=resources.stage,
            region=Stack.of(self).region,
            boards=list(boards),
            runbook_url=resources.runbook_url,
        )
        for name, rows in boards.items():
            dashboard = cloudwatch.Dashboard(
                self, name.capitalize(), dashboard_name=links.dashboard_name(name)
            )
            for row in (links.row(), *rows):
                dashboard.add_widgets(*row)
        self.url = links.dashboard_url("service")
