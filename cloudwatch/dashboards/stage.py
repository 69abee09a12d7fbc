"""The three dashboards of a stage: service, model and infrastructure."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cloudwatch.dashboards import infrastructure, model, service
from cloudwatch.monitored_resources import Watched


class Dashboards(Construct):
    """`url` is where a person begins: the service dashboard in the console."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        watched: Watched,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        for name, rows in {
            "service": service.rows(watched, alarms),
            "model": model.rows(watched),
            "infrastructure": infrastructure.rows(watched),
        }.items():
            board = cloudwatch.Dashboard(
                self, name.capitalize(), dashboard_name=f"chest-xray-{watched.stage}-{name}"
            )
            for row in rows:
                board.add_widgets(*row)
        self.url = (
            f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region={Aws.REGION}"
            f"#dashboards/dashboard/chest-xray-{watched.stage}-service"
        )
