"""What a stage costs a month, line by line: what its templates hold, and what its traffic uses.

List prices without free tiers, discounts, support or taxes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.prices import price
from deploy.traffic import Traffic

_HOURS = 730  # In a month, as AWS's own calculator counts.
_DAY_HOURS, _NIGHT_HOURS = 14, 10  # The endpoint's schedule: 06:00 to 20:00.

Templates = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """`price` names an entry of prices.json; `assumes` says what `quantity` was reckoned from."""

    name: str
    quantity: float
    price: str
    assumes: str

    @property
    def dollars(self) -> float:
        return self.quantity * price(self.price).amount

    @property
    def is_verified(self) -> bool:
        return not price(self.price).unverified

    def text(self) -> str:
        mark = " " if self.is_verified else "?"
        return f"  {self.dollars:10,.2f} {mark} {self.name:<36} {self.assumes}"


@dataclass(frozen=True, kw_only=True)
class Estimate:
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
            f"  US dollars a month at {self.radiographs_a_day:,} X-rays a day (? unverified price)"
        )
        total = f"  {self.dollars:10,.2f}   in all, {self.unverified_share:.0%} of it unverified"
        return "\n".join([head, *(line.text() for line in self.lines), total])


def estimate(templates: Templates, *, radiographs_a_day: int) -> Estimate:
    """Of one stage's templates. Raises DeployError where a type has no price."""
    resources = [
        resource for template in templates.values() for resource in template["Resources"].values()
    ]
    traffic = Traffic(radiographs_a_day=radiographs_a_day)
    lines = [*_standing(resources), *_used(resources, traffic)]
    return Estimate(
        lines=tuple(line for line in lines if line.quantity), radiographs_a_day=radiographs_a_day
    )


def _of(resources: list[Any], kind: str) -> list[Mapping[str, Any]]:
    return [each.get("Properties", {}) for each in resources if each["Type"] == kind]


def _standing(resources: list[Any]) -> Iterator[Line]:
    """What is paid whether anybody comes or not."""

    def line(name: str, quantity: float, price: str, assumes: str) -> Line:
        return Line(name=name, quantity=quantity, price=price, assumes=assumes)

    def each(name: str, kind: str, price: str, assumes: str, hours: int = 1) -> Line:
        return line(name, len(_of(resources, kind)) * hours, price, assumes)

    yield from _endpoint(resources)
    yield each("NAT gateways", "AWS::EC2::NatGateway", "nat_gateway_hour", "all hours", _HOURS)
    yield each("public addresses", "AWS::EC2::EIP", "public_ipv4_hour", "all hours", _HOURS)
    zones = [
        len(endpoint["SubnetIds"])
        for endpoint in _of(resources, "AWS::EC2::VPCEndpoint")
        if endpoint.get("VpcEndpointType") == "Interface"
    ]
    hours = sum(zones) * _HOURS
    yield line("interface endpoints", hours, "interface_endpoint_hour", "all hours, each zone")
    for group in _of(resources, "AWS::ElastiCache::ReplicationGroup"):
        nodes, kind = int(group["NumCacheClusters"]), group["CacheNodeType"]
        yield line("Redis", nodes * _HOURS, f"{kind}_hour", f"{nodes} nodes {kind}, all hours")
    yield each("keys", "AWS::KMS::Key", "kms_key_month", "each; a rotated one counts twice later")
    yield each("secrets", "AWS::SecretsManager::Secret", "secret_month", "each")
    acls = _of(resources, "AWS::WAFv2::WebACL")
    yield line("firewall", len(acls), "web_acl_month", "the list")
    rules = sum(len(acl["Rules"]) for acl in acls)
    yield line("firewall rules", rules, "web_acl_rule_month", "each rule or managed group")
    watched = sum(
        max(1, sum("MetricStat" in metric for metric in alarm.get("Metrics", [])))
        for alarm in _of(resources, "AWS::CloudWatch::Alarm")
    )
    yield line("alarms", watched, "alarm_metric_month", "each metric that an alarm watches")
    yield each("dashboards", "AWS::CloudWatch::Dashboard", "dashboard_month", "each")


def _endpoint(resources: list[Any]) -> Iterator[Line]:
    targets = _of(resources, "AWS::ApplicationAutoScaling::ScalableTarget")
    actions = [action for target in targets for action in target.get("ScheduledActions", [])]
    fewest = [int(action["ScalableTargetAction"]["MinCapacity"]) for action in actions]
    for config in _of(resources, "AWS::SageMaker::EndpointConfig"):
        for variant in config["ProductionVariants"]:
            day = max(fewest, default=int(variant["InitialInstanceCount"]))
            night = min(fewest, default=day)
            hours = (day * _DAY_HOURS + night * _NIGHT_HOURS) * _HOURS / 24
            yield Line(
                name="endpoint",
                quantity=hours,
                price=f"{variant['InstanceType']}_hour",
                assumes=f"{variant['InstanceType']}: {day} by day, {night} by night, none added",
            )


def _used(resources: list[Any], traffic: Traffic) -> Iterator[Line]:
    """What grows with the X-rays."""
    memory = {
        function["Handler"]: int(function["MemorySize"])
        for function in _of(resources, "AWS::Lambda::Function")
    }
    for use in traffic.uses(memory):
        yield Line(name=use.name, quantity=use.quantity, price=use.price, assumes=use.assumes)
    plans = [
        pool.get("UserPoolTier", "ESSENTIALS") for pool in _of(resources, "AWS::Cognito::UserPool")
    ]
    for plan in plans:
        people = traffic.people
        yield Line(
            name="accounts",
            quantity=people,
            price=f"user_{plan.lower()}_month",
            assumes=f"{people} people, plan {plan.lower()}",
        )
