"""Estimates what a stage costs a month: the resources of its templates, and its traffic.

List prices without free tiers, discounts, support or taxes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deploy import canary_traffic
from deploy.prices import find_price
from deploy.traffic import Traffic

_HOURS = 730  # In a month, as AWS's own calculator counts.
_DAY_HOURS, _NIGHT_HOURS = 14, 10  # The endpoint's schedule: 06:00 to 20:00.

Templates = Mapping[str, Mapping[str, Any]]
Resources = list[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """`price` names an entry of prices.json; `assumption` says where `quantity` comes from."""

    name: str
    quantity: float
    price: str
    assumption: str

    @property
    def dollars(self) -> float:
        return self.quantity * find_price(self.price).amount

    @property
    def is_verified(self) -> bool:
        return not find_price(self.price).unverified

    def text(self) -> str:
        price = find_price(self.price)
        mark = "?" if price.unverified else " " if price.is_from_list else "~"
        return f"  {self.dollars:10,.2f} {mark} {self.name:<36} {self.assumption}"


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The costs of one month."""

    lines: tuple[Line, ...]
    radiographs_a_day: int

    @property
    def dollars(self) -> float:
        return sum(line.dollars for line in self.lines)

    @property
    def unverified_share(self) -> float:
        """Of the sum, 0 to 1."""
        return sum(line.dollars for line in self.lines if not line.is_verified) / self.dollars

    def text(self) -> str:
        head = (
            f"  US dollars a month at {self.radiographs_a_day:,} X-rays a day "
            "(? unverified price, ~ not from AWS's list)"
        )
        total = f"  {self.dollars:10,.2f}   in all, {self.unverified_share:.0%} of it unverified"
        return "\n".join([head, *(line.text() for line in self.lines), total])


def estimate(templates: Templates, *, radiographs_a_day: int) -> Estimate:
    """The costs of one stage's templates. Raises DeployError if a type has no price."""
    resources = [
        resource for template in templates.values() for resource in template["Resources"].values()
    ]
    traffic = Traffic(radiographs_a_day=radiographs_a_day)
    lines = [*_fixed_costs(resources), *_traffic_costs(resources, traffic)]
    return Estimate(
        lines=tuple(line for line in lines if line.quantity), radiographs_a_day=radiographs_a_day
    )


def _properties(resources: Resources, resource_type: str) -> list[Mapping[str, Any]]:
    return [each.get("Properties", {}) for each in resources if each["Type"] == resource_type]


def _fixed_costs(resources: Resources) -> Iterator[Line]:
    """The costs that do not depend on the number of X-rays."""

    def line(name: str, quantity: float, price: str, assumption: str) -> Line:
        return Line(name=name, quantity=quantity, price=price, assumption=assumption)

    def each(name: str, kind: str, price: str, assumption: str, hours: int = 1) -> Line:
        return line(name, len(_properties(resources, kind)) * hours, price, assumption)

    yield from _endpoint_costs(resources)
    yield each("NAT gateways", "AWS::EC2::NatGateway", "nat_gateway_hour", "all hours", _HOURS)
    yield each("public addresses", "AWS::EC2::EIP", "public_ipv4_hour", "all hours", _HOURS)
    zones = [
        len(endpoint["SubnetIds"])
        for endpoint in _properties(resources, "AWS::EC2::VPCEndpoint")
        if endpoint.get("VpcEndpointType") == "Interface"
    ]
    hours = sum(zones) * _HOURS
    yield line("interface endpoints", hours, "interface_endpoint_hour", "all hours, each zone")
    for group in _properties(resources, "AWS::ElastiCache::ReplicationGroup"):
        nodes, kind = int(group["NumCacheClusters"]), group["CacheNodeType"]
        yield line("Redis", nodes * _HOURS, f"{kind}_hour", f"{nodes} nodes {kind}, all hours")
    yield each("keys", "AWS::KMS::Key", "kms_key_month", "each; a rotated one counts twice later")
    yield each("secrets", "AWS::SecretsManager::Secret", "secret_month", "each")
    acls = _properties(resources, "AWS::WAFv2::WebACL")
    yield line("firewall", len(acls), "web_acl_month", "the list")
    rules = sum(len(acl["Rules"]) for acl in acls)
    yield line("firewall rules", rules, "web_acl_rule_month", "each rule or managed group")
    alarm_metrics = sum(
        max(1, sum("MetricStat" in metric for metric in alarm.get("Metrics", [])))
        for alarm in _properties(resources, "AWS::CloudWatch::Alarm")
    )
    yield line("alarms", alarm_metrics, "alarm_metric_month", "each metric that an alarm watches")
    composites = _properties(resources, "AWS::CloudWatch::CompositeAlarm")
    yield line("composite alarms", len(composites), "composite_alarm_month", "each")
    yield each("dashboards", "AWS::CloudWatch::Dashboard", "dashboard_month", "each")


def _endpoint_costs(resources: Resources) -> Iterator[Line]:
    targets = _properties(resources, "AWS::ApplicationAutoScaling::ScalableTarget")
    actions = [action for target in targets for action in target.get("ScheduledActions", [])]
    minimums = [int(action["ScalableTargetAction"]["MinCapacity"]) for action in actions]
    for config in _properties(resources, "AWS::SageMaker::EndpointConfig"):
        for variant in config["ProductionVariants"]:
            day = max(minimums, default=int(variant["InitialInstanceCount"]))
            is_scheduled = not _properties(resources, "AWS::SageMaker::Endpoint")
            night = 0 if is_scheduled else min(minimums, default=day)
            hours = (day * _DAY_HOURS + night * _NIGHT_HOURS) * _HOURS / 24
            yield Line(
                name="endpoint",
                quantity=hours,
                price=f"{variant['InstanceType']}_hour",
                assumption=f"{variant['InstanceType']}: {day} by day, {night} by night, none added",
            )


def _traffic_costs(resources: Resources, traffic: Traffic) -> Iterator[Line]:
    """The costs that grow with the number of X-rays."""
    memory = {
        function["Handler"]: int(function["MemorySize"])
        for function in _properties(resources, "AWS::Lambda::Function")
    }
    nat_gateways = len(_properties(resources, "AWS::EC2::NatGateway"))
    usages = traffic.monthly_usage(memory, has_nat=nat_gateways > 0)
    for usage in (*usages, *canary_traffic.list_usage(memory)):
        yield Line(
            name=usage.name,
            quantity=usage.quantity,
            price=usage.price,
            assumption=usage.assumption,
        )
    for pool in _properties(resources, "AWS::Cognito::UserPool"):
        plan = pool.get("UserPoolTier", "ESSENTIALS").lower()
        yield Line(
            name="accounts",
            quantity=traffic.users,
            price=f"user_{plan}_month",
            assumption=f"{traffic.users} people, plan {plan}",
        )
