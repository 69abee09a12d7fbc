"""Redis: folded records and known predictions. It may vanish; nothing is lost."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from constructs import Construct

from cdk.config import Stage
from cdk.network import REDIS_PORT, Network

# A primary and a replica in the other zone, so that one can fail over to the other.
_NODES = 2


class Cache(Construct):
    """`url` (rediss: TLS) and `group`, the replication group.

    Who may connect is decided by security groups and TLS alone: the auth token comes with the
    whole cloud, read from Secrets Manager and never from the environment.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, network: Network, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        private = network.vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        subnets = elasticache.CfnSubnetGroup(
            self, "Subnets", description="Private subnets", subnet_ids=private.subnet_ids
        )
        self.group = elasticache.CfnReplicationGroup(
            self,
            "Redis",
            replication_group_description="Records, worklists and answers",
            engine="redis",
            engine_version="7.1",
            cache_node_type=stage.redis_node_type,
            num_cache_clusters=_NODES,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            port=REDIS_PORT,
            cache_subnet_group_name=subnets.ref,
            security_group_ids=[network.redis.security_group_id],
            transit_encryption_enabled=True,
            at_rest_encryption_enabled=True,
        )
        self.url = f"rediss://{self.group.attr_primary_end_point_address}:{REDIS_PORT}/0"
