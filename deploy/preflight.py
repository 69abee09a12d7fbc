"""Checks before a deploy: what would fail late in it, or throttle after it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from botocore.exceptions import ClientError

from deploy.account import Account
from deploy.templates import Synthesis

Check = Callable[[Account, Synthesis], Iterator[str]]

# Concurrent calls of the page and its API, beside the screening functions.
_OTHER_CONCURRENCY = 50
_ACCESS_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


@dataclass(frozen=True, kw_only=True)
class PreflightResult:
    """A sentence with what to do for each problem, and one for each check without permission."""

    problems: Sequence[str]
    unchecked: Sequence[str]


def run_checks(account: Account, synthesis: Synthesis) -> PreflightResult:
    problems: list[str] = []
    unchecked: list[str] = []
    checks: dict[str, Check] = {
        "the region's zones": _zones,
        "the services of the zones": _interface_endpoints,
        "the bootstrap": _bootstrap,
        "the certificate": _certificate,
        "the quota of endpoint instances": _endpoint_quota,
        "the quota of functions": _concurrency,
    }
    for name, check in checks.items():
        try:
            problems += check(account, synthesis)
        except ClientError as error:
            # The right to deploy does not include the right to read quotas.
            unchecked.append(f"Could not check {name}: {error.response['Error']['Code']}.")
    return PreflightResult(problems=problems, unchecked=unchecked)


def _zones(account: Account, synthesis: Synthesis) -> Iterator[str]:
    try:
        zones = account.client("ec2").describe_availability_zones()["AvailabilityZones"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _ACCESS_DENIED:
            raise
        yield f"Region {account.region} cannot be used ({code}). Enable it, or set `region`."
        return
    if len(zones) < 2:
        yield f"Region {account.region} has fewer than two zones. Set another `region`."


def _interface_endpoints(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """Some zones lack some services. CloudFormation uses the first two unless `zones` is set."""
    ec2 = account.client("ec2")
    services = [
        str(endpoint["ServiceName"])
        for endpoint in synthesis.properties("AWS::EC2::VPCEndpoint")
        if endpoint.get("VpcEndpointType") == "Interface"
    ]
    if not services:
        return
    zones_of_region = ec2.describe_availability_zones()["AvailabilityZones"]
    zones_of_subnets = [
        subnet["AvailabilityZone"] for subnet in synthesis.properties("AWS::EC2::Subnet")
    ]
    zones = {zone for zone in zones_of_subnets if isinstance(zone, str)} or {
        zone["ZoneName"] for zone in zones_of_region[:2]
    }
    for service in ec2.describe_vpc_endpoint_services(ServiceNames=services)["ServiceDetails"]:
        for zone in sorted(zones - set(service["AvailabilityZones"])):
            yield f"Zone {zone} has no {service['ServiceName']}. Set `zones` to two that have it."


def _bootstrap(account: Account, synthesis: Synthesis) -> Iterator[str]:
    if account.stack("CDKToolkit") is None:
        yield (
            f"Account {account.number} is not bootstrapped in {account.region}. "
            f"Do it once: make bootstrap STAGE={synthesis.stage}"
        )


def _certificate(account: Account, synthesis: Synthesis) -> Iterator[str]:
    for domain in synthesis.properties("AWS::ApiGateway::DomainName"):
        arn, name = domain["RegionalCertificateArn"], domain["DomainName"]
        try:
            response = account.client("acm").describe_certificate(CertificateArn=arn)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _ACCESS_DENIED:
                raise
            yield f"The certificate {arn} cannot be read ({code}). Set `certificate_arn`."
            continue
        certificate = response["Certificate"]
        if certificate["Status"] != "ISSUED":
            status = certificate["Status"]
            yield f"The certificate {arn} is {status}, not ISSUED. Validate it first."
        covered = {certificate["DomainName"], *certificate.get("SubjectAlternativeNames", [])}
        if not any(_covers(pattern, name) for pattern in covered):
            yield f"The certificate {arn} is for {', '.join(sorted(covered))}, not for {name}."


def _covers(pattern: str, name: str) -> bool:
    """A star in the pattern stands for one label."""
    return fnmatch(name, pattern) and name.count(".") == pattern.count(".")


def _endpoint_quota(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """During an update, the new fleet runs beside the old one, with as many instances."""
    scaling = [target["MaxCapacity"] for target in _scaling_targets(synthesis)]
    for config in synthesis.properties("AWS::SageMaker::EndpointConfig"):
        for variant in config["ProductionVariants"]:
            instance = variant["InstanceType"]
            needed = 2 * max([int(variant["InitialInstanceCount"]), *map(int, scaling)])
            allowed = _fetch_quota(account, f"{instance} for endpoint usage")
            if allowed < needed:
                yield (
                    f"The quota '{instance} for endpoint usage' is {allowed:.0f} in "
                    f"{account.region}, and this stage needs {needed}. Ask for more under Service "
                    "Quotas, Amazon SageMaker; or set `endpoint` to none, or another "
                    "`instance_type`."
                )


def _scaling_targets(synthesis: Synthesis) -> Iterator[Mapping[str, Any]]:
    for target in synthesis.properties("AWS::ApplicationAutoScaling::ScalableTarget"):
        if target["ServiceNamespace"] == "sagemaker":
            yield target


def _fetch_quota(account: Account, name: str) -> float:
    """The account's quota, else AWS's default; 0 if neither exists."""
    client = account.client("service-quotas")
    for operation in ("list_service_quotas", "list_aws_default_service_quotas"):
        for page in client.get_paginator(operation).paginate(ServiceCode="sagemaker"):
            for quota in page["Quotas"]:
                if quota["QuotaName"] == name:
                    return float(quota["Value"])
    return 0.0


def _concurrency(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """New accounts may run ten concurrent functions in total."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    allowed = int(limits["ConcurrentExecutions"])
    sources = synthesis.properties("AWS::Lambda::EventSourceMapping")
    needed = _OTHER_CONCURRENCY + sum(
        int(source.get("ScalingConfig", {}).get("MaximumConcurrency", 0)) for source in sources
    )
    if allowed < needed:
        yield (
            f"The quota 'Concurrent executions' of AWS Lambda is {allowed} in {account.region}, "
            f"and this stage uses up to {needed}. Ask for more under Service Quotas, AWS Lambda."
        )
