"""What SageMaker may do to run the endpoint: AWS's list for CreateModel, narrowed to our things."""

from aws_cdk import Aws
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk import serving
from contracts import keys


class EndpointRole(Construct):
    """`role`; whatever takes it has to wait for `policy`."""

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
        region: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            description="Chest X-ray screening: the endpoint",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
        )
        self.policy = iam.ManagedPolicy(
            self,
            "Rights",
            roles=[self.role],
            statements=[
                *_model(models, key),
                *_container(region),
                *_watch(log_group),
                *_network(subnets, security_group),
            ],
        )


def _model(models: s3.IBucket, key: kms.IKey) -> list[iam.PolicyStatement]:
    archives = models.arn_for_objects(keys.model_file("*", "model.tar.gz"))
    return [
        _allow("s3:GetObject", on=[archives]),
        _allow("kms:Decrypt", on=[key.key_arn]),
    ]


def _container(region: str) -> list[iam.PolicyStatement]:
    registry = f"arn:{Aws.PARTITION}:ecr:{region}:{serving.registry(region)}"
    return [
        _allow(
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
            on=[f"{registry}:repository/{serving.REPOSITORY}"],
        ),
        # Takes no resource: the token is for the registry, not for a repository.
        _allow("ecr:GetAuthorizationToken", on=["*"]),
    ]


def _watch(log_group: logs.ILogGroup) -> list[iam.PolicyStatement]:
    return [
        _allow(
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            on=[log_group.log_group_arn],
        ),
        # Takes no resource; the namespace is its bound.
        _allow(
            "cloudwatch:PutMetricData",
            on=["*"],
            only_if={"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
        ),
    ]


def _network(
    subnets: list[ec2.ISubnet], security_group: ec2.ISecurityGroup
) -> list[iam.PolicyStatement]:
    """Network interfaces in our subnets; they have no names before they are made."""
    place = f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}"
    interfaces = f"{place}:network-interface/*"
    where = [f"{place}:subnet/{subnet.subnet_id}" for subnet in subnets]
    group = f"{place}:security-group/{security_group.security_group_id}"
    return [
        _allow("ec2:CreateNetworkInterface", on=[interfaces, group, *where]),
        _allow(
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
            on=[interfaces],
        ),
        # EC2 takes no resource for what only describes.
        _allow(
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            on=["*"],
        ),
    ]


def _allow(
    *actions: str, on: list[str], only_if: dict[str, dict[str, str]] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=on, conditions=only_if)
