"""What watches a stage: two topics, the alarms and three dashboards."""

from aws_cdk import aws_kms as kms
from constructs import Construct

from cloudwatch.alarms import Alarms
from cloudwatch.dashboards.stage import Dashboards
from cloudwatch.monitored_resources import Watched
from cloudwatch.rules import predictors
from cloudwatch.topics import Topics


class Watch(Construct):
    """`dashboard_url` is where a person begins; `endpoint_alarms` ring on a bad new model.

    `key` encrypts what alarms say. `email` may be empty: nobody is told until somebody subscribes.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, watched: Watched, key: kms.IKey, email: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.topics = Topics(self, "Topics", stage=watched.stage, key=key, email=email)
        alarms = Alarms(self, "Alarms", watched=watched, topics=self.topics)
        boards = Dashboards(
            self, "Dashboards", watched=watched, alarms=list(alarms.by_name.values())
        )
        self.dashboard_url = boards.url
        self.endpoint_alarms = [
            alarms.by_name[rule.name] for rule in predictors.endpoint_rules(watched)
        ]
