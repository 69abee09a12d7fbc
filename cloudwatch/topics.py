"""The topics of alarms: one wakes the person on call, one waits until the morning."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct


class Severity(StrEnum):
    """PAGE: doctors get no answer or a wrong one. TICKET: they get one, perhaps slowly."""

    PAGE = "page"
    TICKET = "ticket"


class Topics(Construct):
    """`by_severity` maps a severity to its topic; `subscriptions` are those of both topics.

    `addresses` of a severity are e-mail addresses and webhooks (https://). `email` is subscribed
    where a severity has none, unless it is empty: then nobody is.

    The key's policy must allow CloudWatch to use the key; otherwise no notification arrives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        key: kms.IKey,
        email: str,
        addresses: Mapping[Severity, Sequence[str]],
    ) -> None:
        super().__init__(scope, construct_id)
        self.by_severity = {
            severity: self._topic(severity, stage=stage, key=key) for severity in Severity
        }
        self.subscriptions: list[sns.Subscription] = []
        for severity in Severity:
            for address in addresses[severity]:
                # An id of its own, so that other addresses come and go without this one.
                digest = hashlib.sha256(address.encode()).hexdigest()[:8]
                self._subscribe(f"{severity.capitalize()}Address{digest}", severity, address)
            if email and not addresses[severity]:
                self._subscribe(f"{severity.capitalize()}Email", severity, email)

    def tell_of(self, alarm: cloudwatch.AlarmBase, severity: Severity) -> None:
        """The alarm notifies the topic when it starts and when it ends."""
        notification = actions.SnsAction(self.by_severity[severity])
        alarm.add_alarm_action(notification)
        alarm.add_ok_action(notification)

    def _subscribe(self, construct_id: str, severity: Severity, address: str) -> None:
        is_webhook = address.startswith("https://")
        protocols = sns.SubscriptionProtocol
        subscription = sns.Subscription(
            self,
            construct_id,
            topic=self.by_severity[severity],
            protocol=protocols.HTTPS if is_webhook else protocols.EMAIL,
            endpoint=address,
        )
        self.subscriptions.append(subscription)

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
