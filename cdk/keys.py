"""The two customer-managed keys: one for data, one for what operators read."""

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk.config import Stage

# Time to notice a deletion, which makes all encrypted data unreadable. AWS allows 7 to 30 days.
_PENDING_DAYS = {True: 30, False: 7}


class Keys(Construct):
    """`data` encrypts buckets, queues, secrets and Redis; `operations` logs and alarm topics."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        self.data = self._key("Data", "images, facts, models, queues, secrets, Redis")
        self.operations = self._key("Operations", "logs and alarms")
        # S3 encrypts the messages that it sends to the ingestion queue.
        self.data.add_to_resource_policy(_for_service("s3", "kms:Decrypt", "kms:GenerateDataKey"))
        # A topic encrypts the messages of CloudWatch.
        self.operations.add_to_resource_policy(
            _for_service("cloudwatch", "kms:Decrypt", "kms:GenerateDataKey")
        )
        self.operations.add_to_resource_policy(_for_log_groups())

    def _key(self, construct_id: str, purpose: str) -> kms.Key:
        return kms.Key(
            self,
            construct_id,
            alias=f"chest-xray-{self._stage.name}-{construct_id.lower()}",
            description=f"Chest X-ray screening, {self._stage.name}: {purpose}",
            enable_key_rotation=True,
            pending_window=Duration.days(_PENDING_DAYS[self._stage.retain_data]),
            removal_policy=self._stage.removal_policy,
        )


def _for_service(service: str, *actions: str) -> iam.PolicyStatement:
    """In a key's policy, `*` is the key itself."""
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
        actions=list(actions),
        resources=["*"],
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )


def _for_log_groups() -> iam.PolicyStatement:
    """CloudWatch Logs passes the ARN of the log group as encryption context."""
    groups = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"
    return iam.PolicyStatement(
        principals=[iam.ServicePrincipal(f"logs.{Aws.REGION}.amazonaws.com")],
        actions=[
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        resources=["*"],
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )
