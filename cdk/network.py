"""The network: two zones, each with a public and a private subnet, and who may talk to whom."""

from aws_cdk import Fn
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk.config import Stage

REDIS_PORT = 6379
_HTTPS_PORT = 443


class Network(Construct):
    """`vpc`; `functions` and `redis`, the security groups of the two private tiers."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(stage.vpc_cidr),
            availability_zones=[Fn.select(zone, Fn.get_azs()) for zone in (0, 1)],
            nat_gateways=stage.nat_gateways,
            # Emptying the default security group takes a custom-resource function: nothing uses it.
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
        _place(self.vpc.public_subnets, stage.public_cidrs)
        _place(self.vpc.private_subnets, stage.private_cidrs)
        # Pictures and facts stay inside AWS's network, and pay no NAT.
        self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        self.functions = self._tier("Functions", "The functions that read and write data")
        self.redis = self._tier("Redis", "The cache")
        self.functions.add_egress_rule(
            ec2.Peer.any_ipv4(), ec2.Port.tcp(_HTTPS_PORT), "AWS services"
        )
        self.functions.connections.allow_to(self.redis, ec2.Port.tcp(REDIS_PORT), "Redis")

    def _tier(self, construct_id: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, construct_id, vpc=self.vpc, description=description, allow_all_outbound=False
        )


def _place(subnets: list[ec2.ISubnet], cidrs: tuple[str, ...]) -> None:
    """The VPC hands out addresses in its own order; the stage names them."""
    for subnet, cidr in zip(subnets, cidrs, strict=True):
        resource = subnet.node.default_child
        assert isinstance(resource, ec2.CfnSubnet)
        resource.cidr_block = cidr
