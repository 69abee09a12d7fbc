"""The network: two zones, each with a public and a private subnet, and the security groups."""

from aws_cdk import Aws, Fn
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.config import Stage

# Not the port that scanners try first.
REDIS_PORT = 6380
_HTTPS = ec2.Port.tcp(443)


class Network(Construct):
    """`vpc`; `functions`, `redis` and `training`, the security groups of the private tiers.

    The endpoint has its own group, because a stage without an endpoint needs none.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, log: logs.ILogGroup, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        self.vpc = _vpc(self, stage)
        self.functions = self._tier("Functions", "The functions that read and write data")
        self.redis = self._tier("Redis", "The cache")
        self.training = self._tier("Training", "Training jobs")
        self.functions.connections.allow_to(self.redis, ec2.Port.tcp(REDIS_PORT), "Redis")
        # S3's gateway endpoint has no security group, and its prefix list no name in a template.
        self.functions.add_egress_rule(ec2.Peer.any_ipv4(), _HTTPS, "S3, by its gateway")
        self.training.add_egress_rule(
            ec2.Peer.any_ipv4(), _HTTPS, "S3, by its gateway; Python packages, by NAT"
        )
        # Images and facts stay inside AWS's network and do not pay for NAT.
        self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        self._services(stage)
        self._flow_log(log)

    def _tier(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, construct_id, vpc=self.vpc, description=description, allow_all_outbound=False
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
                subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            )
            endpoint.add_to_policy(_limit_to_account(action))

    def _flow_log(self, group: logs.ILogGroup) -> None:
        role = iam.Role(
            self,
            "FlowLogRole",
            description="Chest X-ray screening: writes the network's flow log",
            assumed_by=iam.ServicePrincipal(
                "vpc-flow-logs.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            ),
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
        nat_gateways=stage.nat_gateways,
        # Emptying the default security group needs a custom resource; nothing uses the group.
        restrict_default_security_group=False,
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="Public",
                subnet_type=ec2.SubnetType.PUBLIC,
                cidr_mask=24,
                map_public_ip_on_launch=False,
            ),
            ec2.SubnetConfiguration(
                name="Private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=24
            ),
        ],
    )
    _set_cidrs(vpc.public_subnets, stage.public_cidrs)
    _set_cidrs(vpc.private_subnets, stage.private_cidrs)
    return vpc


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
