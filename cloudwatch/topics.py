"""Where alarms go: a topic for what wakes somebody, and one for what waits until the morning."""

from enum import StrEnum

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct


class Severity(StrEnum):
    """PAGE: doctors get no answer, or a wrong one. TICKET: they get one, perhaps slowly."""

    PAGE = "page"
    TICKET = "ticket"


class Topics(Construct):
    """`of`: the topic of a severity. `email` may be empty: the topics then wait for subscribers.

    The key's policy must let CloudWatch use the key, or nothing arrives and nobody is told.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: str, key: kms.IKey, email: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.of = {each: self._topic(each, stage=stage, key=key) for each in Severity}
        if email:
            for severity, topic in self.of.items():
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
        # A policy of its own takes the place of SNS's default one, which lets the account publish.
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
