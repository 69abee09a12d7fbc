"""The three dashboards of a stage: service, model and infrastructure."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cloudwatch.dashboards import infrastructure, model, service
from cloudwatch.monitored_resources import MonitoredResources


class Dashboards(Construct):
    """`url` is the address of the service dashboard in the console."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resources: MonitoredResources,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        for name, rows in {
            "service": service.rows(resources, alarms),
            "model": model.rows(resources),
            "infrastructure": infrastructure.rows(resources),
        }.items():
            dashboard = cloudwatch.Dashboard(
                self, name.capitalize(), dashboard_name=f"chest-xray-{resources.stage}-{name}"
            )
            for row in rows:
                dashboard.add_widgets(*row)
        self.url = (
            f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region={Aws.REGION}"
            f"#dashboards/dashboard/chest-xray-{resources.stage}-service"
        )
