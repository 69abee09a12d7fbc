"""The topics of alarms: one wakes the person on call, one waits until the morning."""

from enum import StrEnum

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct


class Severity(StrEnum):
    """PAGE: doctors get no answer or a wrong one. TICKET: they get one, perhaps slowly."""

    PAGE = "page"
    TICKET = "ticket"


class Topics(Construct):
    """`by_severity` maps a severity to its topic. `email` may be empty: then nobody is subscribed.

    The key's policy must allow CloudWatch to use the key; otherwise no notification arrives.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: str, key: kms.IKey, email: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.by_severity = {
            severity: self._topic(severity, stage=stage, key=key) for severity in Severity
        }
        if email:
            for severity, topic in self.by_severity.items():
                sns.Subscription(
                    self,
                    f"{severity.capitalize()}Email",
                    topic=topic,
                    protocol=sns.SubscriptionProtocol.EMAIL,
                    endpoint=email,
                )

    def _topic(self, severity: Severity, *, stage: str, key: kms.IKey) -> sns.Topic:
        topic = sns.Topic(
            self,
            severity.capitalize(),
            topic_name=f"chest-xray-{stage}-{severity}",
            display_name=f"X-ray {stage}: {severity}",
            master_key=key,
            enforce_ssl=True,
        )
        # This policy replaces SNS's default policy, which allows the whole account to publish.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                    "ArnLike": {
                        "aws:SourceArn": f"arn:{Aws.PARTITION}:cloudwatch:{Aws.REGION}:"
                        f"{Aws.ACCOUNT_ID}:alarm:chest-xray-{stage}-*"
                    },
                },
            )
        )
        return topic
