"""The network: two zones with private subnets, more of them where models are trained, and the
security groups.
"""

from aws_cdk import Aws, Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.config import Stage
from cdk.iam_statements import own_service

# Not the port that scanners try first.
REDIS_PORT = 6380
_HTTPS = ec2.Port.tcp(443)


class Network(Construct):
    """`vpc`; `subnets`, the private ones without a way to the internet; `training_subnets`, which
    have one, and exist only where the stage trains; `functions`, `redis` and `training`, the
    security groups of the tiers.

    The endpoint has its own group, because a stage without an endpoint needs none.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, log: logs.ILogGroup, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        self.vpc = _vpc(self, stage)
        self.subnets = self.vpc.isolated_subnets
        self.training_subnets = self.vpc.private_subnets
        self.functions = self._tier("Functions", "The functions that read and write data")
        self.redis = self._tier("Redis", "The cache")
        self.training = self._tier("Training", "Training jobs")
        self.functions.connections.allow_to(self.redis, ec2.Port.tcp(REDIS_PORT), "Redis")
        # S3's gateway endpoint has no security group, and its prefix list no name in a template.
        self.functions.add_egress_rule(ec2.Peer.any_ipv4(), _HTTPS, "S3, by its gateway")
        self.training.add_egress_rule(
            ec2.Peer.any_ipv4(), _HTTPS, "S3, by its gateway; Python packages, by NAT"
        )
        self._storage(stage)
        self._services(stage)
        self._flow_log(log)

    def _tier(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, construct_id, vpc=self.vpc, description=description, allow_all_outbound=False
        )

    def _storage(self, stage: Stage) -> None:
        """The only way to S3: to the buckets of this account, and to the answers that
        CloudFormation takes from a custom resource.
        """
        endpoint = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        endpoint.add_to_policy(_limit_to_account("s3:*"))
        # As in the event that Lambda's guide shows, such as ...-useast1.
        bucket = f"cloudformation-custom-resource-response-{stage.region.replace('-', '')}"
        endpoint.add_to_policy(
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["s3:PutObject"],
                resources=[f"arn:{Aws.PARTITION}:s3:::{bucket}/*"],
            )
        )

    def _services(self, stage: Stage) -> None:
        """Interface endpoints for the services that functions call beside S3.

        Lambda itself delivers logs and traces. The API calls the deletion function.
        """
        group = self._tier("Services", "Interface endpoints of AWS services")
        group.connections.allow_from(self.functions, _HTTPS, "The functions")
        services = {
            "SecretsManager": (
                ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
                "secretsmanager:GetSecretValue",
            ),
            "Lambda": (
                ec2.InterfaceVpcEndpointAwsService.LAMBDA_,
                "lambda:InvokeFunction",
            ),
        }
        if stage.endpoint_instance_type:
            services["SageMakerRuntime"] = (
                ec2.InterfaceVpcEndpointAwsService.SAGEMAKER_RUNTIME,
                "sagemaker:InvokeEndpoint",
            )
        for name, (service, action) in services.items():
            endpoint = self.vpc.add_interface_endpoint(
                name,
                service=service,
                security_groups=[group],
                open=False,
                subnets=ec2.SubnetSelection(subnets=self.subnets),
            )
            endpoint.add_to_policy(_limit_to_account(action))

    def _flow_log(self, group: logs.ILogGroup) -> None:
        role = iam.Role(
            self,
            "FlowLogRole",
            description="Chest X-ray screening: writes the network's flow log",
            assumed_by=own_service("vpc-flow-logs"),
        )
        rights = iam.ManagedPolicy(
            self,
            "FlowLogRights",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    actions=[
                        "logs:CreateLogStream",
                        "logs:DescribeLogStreams",
                        "logs:PutLogEvents",
                    ],
                    resources=[group.log_group_arn],
                )
            ],
        )
        flow_log = self.vpc.add_flow_log(
            "Flows",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(
                group, role.without_policy_updates()
            ),
        )
        flow_log.node.add_dependency(rights)


def _vpc(scope: Construct, stage: Stage) -> ec2.Vpc:
    vpc = ec2.Vpc(
        scope,
        "Vpc",
        ip_addresses=ec2.IpAddresses.cidr(stage.vpc_cidr),
        availability_zones=list(stage.zones) or [Fn.select(zone, Fn.get_azs()) for zone in (0, 1)],
        nat_gateways=stage.nat_gateways if stage.trains else 0,
        # Emptying the default security group needs a custom resource; nothing uses the group.
        restrict_default_security_group=False,
        subnet_configuration=[
            _subnets("Private", ec2.SubnetType.PRIVATE_ISOLATED),
            *(_training_subnets() if stage.trains else ()),
        ],
    )
    _set_cidrs(vpc.isolated_subnets, stage.private_cidrs)
    if stage.trains:
        _set_cidrs(vpc.public_subnets, stage.public_cidrs)
        _set_cidrs(vpc.private_subnets, stage.training_cidrs)
    return vpc


def _training_subnets() -> list[ec2.SubnetConfiguration]:
    """Jobs install Python packages, through the NAT gateways of the public subnets."""
    return [
        _subnets("Public", ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False),
        _subnets("Training", ec2.SubnetType.PRIVATE_WITH_EGRESS),
    ]


def _subnets(name: str, kind: ec2.SubnetType, **options: bool) -> ec2.SubnetConfiguration:
    """The smallest subnets that AWS allows, until they get the stage's addresses."""
    return ec2.SubnetConfiguration(name=name, subnet_type=kind, cidr_mask=28, **options)


def _set_cidrs(subnets: list[ec2.ISubnet], cidrs: tuple[str, ...]) -> None:
    """Sets the stage's addresses instead of those that the VPC assigns in its own order."""
    for subnet, cidr in zip(subnets, cidrs, strict=True):
        resource = subnet.node.default_child
        assert isinstance(resource, ec2.CfnSubnet)
        resource.cidr_block = cidr


def _limit_to_account(action: str) -> iam.PolicyStatement:
    """Refuses resources of other accounts, so that no data can leave through this endpoint."""
    return iam.PolicyStatement(
        principals=[iam.AnyPrincipal()],
        actions=[action],
        resources=["*"],
        conditions={"StringEquals": {"aws:ResourceAccount": Aws.ACCOUNT_ID}},
    )
