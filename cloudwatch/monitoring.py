"""The monitoring of a stage: topics, alarms, dashboards and saved queries of the logs."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_kms as kms
from constructs import Construct

from cloudwatch.alarm_rules import endpoint
from cloudwatch.alarms import Alarms
from cloudwatch.dashboards.all_dashboards import Dashboards
from cloudwatch.log_queries import LogQueries
from cloudwatch.monitored_resources import MonitoredResources
from cloudwatch.objectives import Objectives
from cloudwatch.topics import Severity, Topics


class Monitoring(Construct):
    """`dashboard_url` is the service dashboard; `rollback_alarms` ring on a bad new model.

    `key` encrypts the notifications. `addresses` and `email` are those of `Topics`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resources: MonitoredResources,
        key: kms.IKey,
        email: str,
        addresses: Mapping[Severity, Sequence[str]],
    ) -> None:
        super().__init__(scope, construct_id)
        self.topics = Topics(
            self, "Topics", stage=resources.stage, key=key, email=email, addresses=addresses
        )
        alarms = Alarms(self, "Alarms", resources=resources, topics=self.topics)
        objectives = Objectives(self, "Objectives", resources=resources, topics=self.topics)
        dashboards = Dashboards(
            self, "Dashboards", resources=resources, alarms={**alarms.by_name, **objectives.windows}
        )
        LogQueries(self, "Queries", resources=resources)
        self.dashboard_url = dashboards.url
        self.rollback_alarms = [
            alarms.by_name[rule.name] for rule in endpoint.rollback_rules(resources)
        ]
