"""The four dashboards of a stage: service, model, infrastructure and alarms."""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cloudwatch.dashboards import alarms as alarm_board
from cloudwatch.dashboards import infrastructure, model, service
from cloudwatch.dashboards.links import console_url, dashboard_name, links
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
        for name, rows in boards.items():
            dashboard = cloudwatch.Dashboard(
                self, name.capitalize(), dashboard_name=dashboard_name(resources.stage, name)
            )
            for row in (links(resources, list(boards)), *rows):
                dashboard.add_widgets(*row)
        self.url = console_url(f"dashboards/dashboard/{dashboard_name(resources.stage, 'service')}")
