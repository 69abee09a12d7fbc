"""The role with which SageMaker runs the endpoint."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk import iam_statements, serving
from cdk.iam_statements import allow, own_service
from contracts.model_layout import ARCHIVE_FILE, file_key


class EndpointRole(Construct):
    """`role`; a resource that uses it must depend on `policy`. `alarms` are the ARNs of the alarms
    that may roll a new version back.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        models: s3.IBucket,
        key: kms.IKey,
        log_group: logs.ILogGroup,
        subnets: list[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        alarms: list[str],
        region: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            description="Chest X-ray screening: the endpoint",
            assumed_by=own_service("sagemaker"),
        )
        archives = models.arn_for_objects(file_key("*", ARCHIVE_FILE))
        self.policy = iam.ManagedPolicy(
            self,
            "Rights",
            roles=[self.role],
            statements=[
                allow("s3:GetObject", on=[archives]),
                allow("kms:Decrypt", on=[key.key_arn]),
                *iam_statements.container_image(serving.REPOSITORY, region),
                *iam_statements.monitoring(log_group.log_group_arn),
                *iam_statements.network(subnets, security_group),
                # With this role SageMaker checks whether a new fleet makes one of them ring.
                allow("cloudwatch:DescribeAlarms", on=alarms),
            ],
        )
