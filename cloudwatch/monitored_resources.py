"""The resources of a stage that are monitored: constructs, or names where CloudWatch needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs

from contracts.sites import SiteSettings


@dataclass(frozen=True, kw_only=True)
class MonitoredEndpoint:
    """The dimensions of an endpoint's metrics: its name and the name of its variant."""

    name: str
    variant: str


@dataclass(frozen=True, kw_only=True)
class MonitoredQueue:
    """A queue with its dead-letter queue. `name` is its name in alarms and dashboards.

    `queue` is None where only the dead-letter queue exists: for calls that start a function
    directly. No doctor waits for those.
    """

    name: str
    queue: sqs.IQueue | None = None
    dead_letters: sqs.IQueue


@dataclass(frozen=True, kw_only=True)
class MonitoredResources:
    """`api_name` is the REST API's name; its deployed stage has the name `stage`.

    The keys of `functions` are their names in alarms and dashboards. `web_acl` is the firewall's
    metric name, empty without one; `endpoint` is None where the CPU model alone answers.
    `failed_training` receives a message for each training job that fails.
    `access_log` has a line for each request of API Gateway; `user_pool` is the pool's id.
    `runbook_url` is the address of the runbooks, empty without one.
    """

    stage: str
    api_name: str
    functions: Mapping[str, lambda_.Function]
    queues: Sequence[MonitoredQueue]
    failed_training: sqs.IQueue
    redis: elasticache.CfnReplicationGroup
    sites: Mapping[str, SiteSettings]
    access_log: logs.ILogGroup
    user_pool: str
    endpoint: MonitoredEndpoint | None = None
    web_acl: str = ""
    runbook_url: str = ""

    @property
    def redis_nodes(self) -> list[str]:
        """The nodes' names: the group's name and a number from 001, as ElastiCache forms them."""
        count = int(self.redis.num_cache_clusters or 1)
        return [f"{self.redis.ref}-{node:03}" for node in range(1, count + 1)]
