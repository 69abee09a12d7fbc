"""The stages, and all in which they differ. The only reader of CDK context.

ConfigurationError: a context value that no stage can be built from, in a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import aws_logs as logs
from constructs import Node

from contracts.sites import Site


class ConfigurationError(Exception):
    """Names the context key, its value and the allowed values."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """`sites` sets what a hospital site chooses for itself; one not named has the defaults.

    `nat_gateways` is 1 (cheap) or 2 (one per zone); `screening_concurrency` bounds how many
    screening functions run at once (2 to 1,000, the range that SQS event sources take).
    """

    name: str
    region: str
    retain_data: bool
    log_retention: logs.RetentionDays
    nat_gateways: int
    redis_node_type: str
    screening_concurrency: int
    requests_per_second: int
    sites: Mapping[str, Site] = field(default_factory=dict)
    vpc_cidr: str = "10.0.0.0/16"
    public_cidrs: tuple[str, str] = ("10.0.1.0/24", "10.0.3.0/24")
    private_cidrs: tuple[str, str] = ("10.0.2.0/24", "10.0.4.0/24")


DEV = Stage(
    name="dev",
    region="us-east-1",
    retain_data=False,
    log_retention=logs.RetentionDays.ONE_MONTH,
    nat_gateways=1,
    redis_node_type="cache.t4g.micro",
    screening_concurrency=4,
    requests_per_second=50,
)
PROD = Stage(
    name="prod",
    region="us-east-1",
    retain_data=True,
    log_retention=logs.RetentionDays.ONE_YEAR,
    nat_gateways=2,
    redis_node_type="cache.t4g.small",
    screening_concurrency=50,
    requests_per_second=500,
)
_STAGES = {stage.name: stage for stage in (DEV, PROD)}


def read(node: Node) -> Stage:
    """The stage that context `stage` names; dev where it names none."""
    name = node.try_get_context("stage") or DEV.name
    if name not in _STAGES:
        allowed = ", ".join(_STAGES)
        raise ConfigurationError(f"Context 'stage' is '{name}'; allowed are: {allowed}.")
    return _STAGES[name]
