"""What is watched of a stage: the constructs themselves, or their names where CloudWatch asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from contracts.sites import SiteSettings


@dataclass(frozen=True, kw_only=True)
class WatchedEndpoint:
    """CloudWatch knows an endpoint by its name and the name of its variant."""

    name: str
    variant: str


@dataclass(frozen=True, kw_only=True)
class Watched:
    """`api_name` is the REST API's name, and its deployed stage is called as `stage`.

    `functions`, `queues` and `dead_letters` are named as people call them. `web_acl` is the metric
    name of the firewall, empty where there is none; `endpoint` is None where the CPU model alone
    answers.
    """

    stage: str
    api_name: str
    functions: Mapping[str, lambda_.Function]
    queues: Mapping[str, sqs.IQueue]
    dead_letters: Mapping[str, sqs.IQueue]
    redis: elasticache.CfnReplicationGroup
    sites: Mapping[str, SiteSettings]
    endpoint: WatchedEndpoint | None = None
    web_acl: str = ""

    @property
    def redis_nodes(self) -> list[str]:
        """The nodes' names: ElastiCache takes the group's, and counts from 001."""
        count = int(self.redis.num_cache_clusters or 1)
        return [f"{self.redis.ref}-{node:03}" for node in range(1, count + 1)]
