"""IAM principals and statements, most for a SageMaker role that runs a container in our network.

Those are AWS's own lists for CreateModel and CreateTrainingJob, narrowed to our resources.
"""

from collections.abc import Mapping

from aws_cdk import Aws, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk import serving

WRITTEN_ONCE = {"Null": {"s3:if-none-match": "false"}}
TO_SAGEMAKER = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


def own_service(name: str) -> iam.ServicePrincipal:
    """A service of AWS, where it works for this account: no other account can have it act here."""
    return iam.ServicePrincipal(
        f"{name}.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )


def allow(
    *actions: str, on: list[str], only_if: Mapping[str, Mapping[str, str | list[str]]] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=on, conditions=only_if)


def sagemaker_arn(scope: Construct, kind: str, name: str) -> str:
    return Stack.of(scope).format_arn(service="sagemaker", resource=kind, resource_name=name)


def job_data(models: s3.IBucket, key: kms.IKey, prefix: str) -> list[iam.PolicyStatement]:
    """What a job reads and writes below `prefix` in the models bucket."""
    return [
        allow("s3:ListBucket", on=[models.bucket_arn]),
        allow("s3:GetObject", "s3:PutObject", on=[models.arn_for_objects(f"{prefix}*")]),
        allow("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", on=[key.key_arn]),
        # For the instance's disks: used by AWS itself, not by code in the job.
        allow(
            "kms:CreateGrant",
            on=[key.key_arn],
            only_if={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
    ]


def container_image(repository: str, region: str) -> list[iam.PolicyStatement]:
    registry = f"arn:{Aws.PARTITION}:ecr:{region}:{serving.registry(region) or Aws.ACCOUNT_ID}"
    return [
        allow(
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
            on=[f"{registry}:repository/{repository}"],
        ),
        # Has no resource: the token is for the whole registry.
        allow("ecr:GetAuthorizationToken", on=["*"]),
    ]


def monitoring(*log_groups: str) -> list[iam.PolicyStatement]:
    return [
        allow(
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            on=list(log_groups),
        ),
        # Has no resource; the namespace limits it.
        allow(
            "cloudwatch:PutMetricData",
            on=["*"],
            only_if={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
        ),
    ]


def network(
    subnets: list[ec2.ISubnet], security_group: ec2.ISecurityGroup
) -> list[iam.PolicyStatement]:
    """Network interfaces in our subnets; they have no names before they are created."""
    arn_prefix = f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}"
    interfaces = f"{arn_prefix}:network-interface/*"
    subnet_arns = [f"{arn_prefix}:subnet/{subnet.subnet_id}" for subnet in subnets]
    group = f"{arn_prefix}:security-group/{security_group.security_group_id}"
    return [
        allow("ec2:CreateNetworkInterface", on=[interfaces, group, *subnet_arns]),
        allow(
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
            on=[interfaces],
        ),
        # EC2's Describe actions have no resources.
        allow(
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            on=["*"],
        ),
    ]
