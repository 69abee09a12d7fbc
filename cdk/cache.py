"""Redis (ElastiCache) for records and predictions. Its loss only makes reads slower."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.config import Stage
from cdk.keys import Keys
from cdk.log_protection import build_protection
from cdk.network import REDIS_PORT, Network

# A primary and a replica in the other zone, so that one can fail over to the other.
_NODES = 2
# ElastiCache allows 16 to 128 printable characters; letters and digits need no escaping.
_TOKEN_LENGTH = 64
# Redis is refilled from the facts within minutes, so a snapshot only saves that time; the HIPAA and
# NIST packs require 15 days.
_SNAPSHOT_DAYS = 15
# At night in the Americas and Europe; never both at once.
_SNAPSHOT_WINDOW = "03:00-04:00"
_MAINTENANCE_WINDOW = "sun:04:30-sun:05:30"

_Group = elasticache.CfnReplicationGroup


class Cache(Construct):
    """`url` (rediss: TLS), `secret` with the token that opens it, `record_key` with the secret by
    which functions encrypt their records, and `group`.

    L1 resources: CDK has no L2 construct for a replication group.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, network: Network, keys: Keys, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        self._keys, self._stage = keys, stage
        self.secret = self._secret("Token", "opens Redis")
        self.record_key = self._secret("RecordKey", "encrypts the records in Redis")
        self.group = _Group(
            self,
            "Redis",
            replication_group_description="Records and known predictions",
            engine="redis",
            engine_version="7.1",
            cache_node_type=stage.redis_node_type,
            cache_parameter_group_name=self._parameters().ref,
            num_cache_clusters=_NODES,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            port=REDIS_PORT,
            cache_subnet_group_name=self._subnets(network).ref,
            security_group_ids=[network.redis.security_group_id],
            transit_encryption_enabled=True,
            # CloudFormation reads the token from the secret; the template holds only its name.
            auth_token=self.secret.secret_value.unsafe_unwrap(),
            at_rest_encryption_enabled=True,
            kms_key_id=keys.data.key_arn,
            snapshot_retention_limit=_SNAPSHOT_DAYS,
            snapshot_window=_SNAPSHOT_WINDOW,
            preferred_maintenance_window=_MAINTENANCE_WINDOW,
            log_delivery_configurations=[self._log("slow-log"), self._log("engine-log")],
        )
        self.url = f"rediss://{self.group.attr_primary_end_point_address}:{REDIS_PORT}/0"

    def _secret(self, construct_id: str, purpose: str) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            construct_id,
            description=f"Chest X-ray screening, {self._stage.name}: {purpose}",
            encryption_key=self._keys.data,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=_TOKEN_LENGTH, exclude_punctuation=True
            ),
        )

    def _parameters(self) -> elasticache.CfnParameterGroup:
        return elasticache.CfnParameterGroup(
            self,
            "Parameters",
            cache_parameter_group_family="redis7",
            description="Evicts what expires when memory is full; the set of logouts never does",
            properties={"maxmemory-policy": "volatile-lru"},
        )

    def _subnets(self, network: Network) -> elasticache.CfnSubnetGroup:
        subnet_ids = [subnet.subnet_id for subnet in network.subnets]
        return elasticache.CfnSubnetGroup(
            self, "Subnets", description="Private subnets", subnet_ids=subnet_ids
        )

    def _log(self, log_type: str) -> _Group.LogDeliveryConfigurationRequestProperty:
        group = logs.LogGroup(
            self,
            log_type,
            encryption_key=self._keys.operations,
            data_protection_policy=build_protection(),
            retention=self._stage.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return _Group.LogDeliveryConfigurationRequestProperty(
            log_type=log_type,
            log_format="json",
            destination_type="cloudwatch-logs",
            destination_details=_Group.DestinationDetailsProperty(
                cloud_watch_logs_details=_Group.CloudWatchLogsDestinationDetailsProperty(
                    log_group=group.log_group_name
                )
            ),
        )
