"""The stages dev and prod, and every setting in which they differ.

A setting is looked up by its name alone (`-c domain_name=xray.example.org`, or for both stages in
cdk.json), then in the stage's own object (`"prod": {...}`), then in the stage's defaults below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Node

from cdk import serving
from cdk.configuration_error import ConfigurationError
from cdk.context import Context
from cdk.setting_names import check_names, check_repetition
from contracts.sites import SiteSettings

__all__ = ["DEV", "PROD", "ConfigurationError", "Stage", "read_stage"]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """All settings of a stage.

    `sites` holds the first settings of each hospital site; its names are groups of the user pool.
    No stage has a default for them: each site states its prevalence.
    `trains` is whether models are trained in this stage; only then it has a way to the internet, by
    `nat_gateways`: 1 (cheap) or 2 (one per zone). `screening_concurrency` is the maximum number
    of concurrent screening functions (2 to 1,000, the range of SQS event sources).
    `endpoint_instance_type` is empty where the CPU model alone answers; `endpoint_instances` are
    the minimum and the maximum number, and `container_image` is the tag or the digest of AWS's
    TensorFlow Serving image. One that `endpoint_is_scheduled` is there by day only, with
    the minimum. `facts_retention_days` is 0 where facts may be deleted.
    `deletion_protection` is none, data or all: the stacks, and with the data stack its user pool.
    `sets_gateway_role` is false where the account's role of API Gateway belongs to others.
    `alarm_email` is told of all alarms whose severity has no addresses of its own.
    `runbook_url` is where docs/runbooks can be read, empty if nowhere; `monthly_budget` is in US
    dollars, 0 for none.
    `hospital_cidrs` are the addresses that may open the page; empty means all. `zones` are two
    zones of the region; empty means its first two.
    """

    name: str
    region: str = "us-east-1"
    retain_data: bool
    deletion_protection: str = "none"
    log_retention: logs.RetentionDays
    trains: bool
    nat_gateways: int
    redis_node_type: str
    screening_concurrency: int
    requests_per_second: int
    endpoint_instance_type: str
    endpoint_instances: tuple[int, int] = (1, 2)
    container_image: str = serving.DEFAULT_IMAGE
    endpoint_is_scheduled: bool = False
    time_zone: str = "America/New_York"
    facts_retention_days: int = 0
    threat_protection: bool = False
    domain_name: str = ""
    certificate_arn: str = ""
    hospital_cidrs: tuple[str, ...] = ()
    sets_gateway_role: bool = True
    alarm_email: str = ""
    alarm_page_addresses: tuple[str, ...] = ()
    alarm_ticket_addresses: tuple[str, ...] = ()
    runbook_url: str = ""
    monthly_budget: int = 0
    sites: Mapping[str, SiteSettings] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    vpc_cidr: str = "10.0.0.0/16"
    public_cidrs: tuple[str, ...] = ("10.0.1.0/24", "10.0.3.0/24")
    private_cidrs: tuple[str, ...] = ("10.0.2.0/24", "10.0.4.0/24")
    training_cidrs: tuple[str, ...] = ("10.0.6.0/24", "10.0.8.0/24")

    def global_name(self, name: str) -> str:
        """The name of a resource whose names all regions of an account share, as in IAM."""
        return f"chest-xray-{self.name}-{self.region}-{name}"

    @property
    def ticket_emails(self) -> list[str]:
        """Who is told of tickets by e-mail, and not by a webhook."""
        addresses = self.alarm_ticket_addresses or (self.alarm_email,)
        return [address for address in addresses if "@" in address and "://" not in address]

    @property
    def protects_data(self) -> bool:
        return self.deletion_protection in ("data", "all")

    @property
    def protects_service(self) -> bool:
        return self.deletion_protection == "all"

    @property
    def removal_policy(self) -> RemovalPolicy:
        """The policy for resources with data. Resources of a failed first deploy are removed."""
        if self.retain_data:
            return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        return RemovalPolicy.DESTROY


DEV = Stage(
    name="dev",
    retain_data=False,
    log_retention=logs.RetentionDays.ONE_MONTH,
    trains=False,
    nat_gateways=1,
    redis_node_type="cache.t4g.micro",
    screening_concurrency=4,
    requests_per_second=50,
    endpoint_instance_type="",
)
PROD = Stage(
    name="prod",
    retain_data=True,
    deletion_protection="all",
    log_retention=logs.RetentionDays.ONE_YEAR,
    trains=True,
    nat_gateways=2,
    redis_node_type="cache.t4g.small",
    screening_concurrency=50,
    requests_per_second=500,
    # The smallest instance with a GPU for real-time endpoints: one NVIDIA T4.
    endpoint_instance_type="ml.g4dn.xlarge",
    threat_protection=True,
)
# AWS Budgets takes no more for one notification.
_MAX_BUDGET_EMAILS = 10
_STAGES = {stage.name: stage for stage in (DEV, PROD)}


def read_stage(node: Node, *, file: Mapping[str, Any] | None = None) -> Stage:
    """The stage named by the context value `stage` (default dev), with its settings.

    `file` is the context of cdk.json, without what is given by hand. Raises ConfigurationError.
    """
    name = str(node.try_get_context("stage") or DEV.name)
    if name not in _STAGES:
        raise ConfigurationError("stage", name, ", ".join(_STAGES))
    stage = _STAGES[name]
    check_names(node.get_all_context(), stages=frozenset(_STAGES))
    check_repetition(node.get_all_context(), stage=stage.name, file=file or {})
    context = Context(node, stage.name)
    region = context.region(stage.region)
    trains = context.flag("training", stage.trains)
    stage = replace(
        stage,
        region=region,
        endpoint_instance_type=context.endpoint(stage.endpoint_instance_type, region=region),
        endpoint_instances=context.instances(stage.endpoint_instances),
        container_image=context.container_image(stage.container_image),
        endpoint_is_scheduled=context.is_endpoint_scheduled(),
        time_zone=context.time_zone(stage.time_zone),
        facts_retention_days=context.facts_retention_days(required=stage.retain_data),
        trains=trains,
        threat_protection=context.flag("threat_protection", stage.threat_protection),
        deletion_protection=context.deletion_protection(stage.deletion_protection),
        sets_gateway_role=context.sets_gateway_role(),
        sites=context.sites(),
        zones=context.zones(region=region),
        hospital_cidrs=context.networks("hospital_cidrs", stage.hospital_cidrs),
        runbook_url=context.runbook_url(),
        monthly_budget=context.monthly_budget(),
        **context.alarms(required=stage.retain_data),
        **context.domain(region=region),
        **context.network(
            stage.vpc_cidr,
            trains=trains,
            private_cidrs=stage.private_cidrs,
            public_cidrs=stage.public_cidrs,
            training_cidrs=stage.training_cidrs,
        ),
    )
    if stage.monthly_budget and not 1 <= len(stage.ticket_emails) <= _MAX_BUDGET_EMAILS:
        allowed = f"a budget where 1 to {_MAX_BUDGET_EMAILS} e-mail addresses are told of tickets"
        raise ConfigurationError("monthly_budget", stage.monthly_budget, allowed)
    return stage
