"""What would fail late in a deploy, or throttle after it, looked at before it begins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from botocore.exceptions import ClientError

from deploy.account import Account
from deploy.templates import Synthesised

Check = Callable[[Account, Synthesised], Iterator[str]]

# As many as a page and its API ask for at once, beside the screening functions.
_CONCURRENCY_BESIDE = 50
_MAY_NOT_LOOK = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


@dataclass(frozen=True, kw_only=True)
class Found:
    """A sentence for each thing in the way, with what to do, and for each that nobody could see."""

    problems: Sequence[str]
    unseen: Sequence[str]


def look(account: Account, made: Synthesised) -> Found:
    problems: list[str] = []
    unseen: list[str] = []
    checks: dict[str, Check] = {
        "the region's zones": _zones,
        "the services of the zones": _doors,
        "the bootstrap": _bootstrap,
        "the certificate": _certificate,
        "the quota of endpoint instances": _endpoint_quota,
        "the quota of functions": _concurrency,
    }
    for name, check in checks.items():
        try:
            problems += check(account, made)
        except ClientError as error:
            # Whoever deploys may be allowed to deploy, and not to look at quotas.
            unseen.append(f"Could not look at {name}: {error.response['Error']['Code']}.")
    return Found(problems=problems, unseen=unseen)


def _zones(account: Account, made: Synthesised) -> Iterator[str]:
    try:
        zones = account.client("ec2").describe_availability_zones()["AvailabilityZones"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _MAY_NOT_LOOK:
            raise
        yield f"Region {account.region} cannot be used ({code}). Enable it, or set `region`."
        return
    if len(zones) < 2:
        yield f"Region {account.region} has fewer than two zones. Set another `region`."


def _doors(account: Account, made: Synthesised) -> Iterator[str]:
    """Some zones lack some services; CloudFormation takes the first two, unless `zones` says."""
    ec2 = account.client("ec2")
    doors = [
        str(door["ServiceName"])
        for door in made.properties("AWS::EC2::VPCEndpoint")
        if door.get("VpcEndpointType") == "Interface"
    ]
    if not doors:
        return
    listed = ec2.describe_availability_zones()["AvailabilityZones"]
    named = [subnet["AvailabilityZone"] for subnet in made.properties("AWS::EC2::Subnet")]
    zones = {zone for zone in named if isinstance(zone, str)} or {
        zone["ZoneName"] for zone in listed[:2]
    }
    for service in ec2.describe_vpc_endpoint_services(ServiceNames=doors)["ServiceDetails"]:
        for zone in sorted(zones - set(service["AvailabilityZones"])):
            yield f"Zone {zone} has no {service['ServiceName']}. Set `zones` to two that have it."


def _bootstrap(account: Account, made: Synthesised) -> Iterator[str]:
    if account.stack("CDKToolkit") is None:
        yield (
            f"Account {account.number} is not bootstrapped in {account.region}. "
            f"Do it once: make bootstrap STAGE={made.stage}"
        )


def _certificate(account: Account, made: Synthesised) -> Iterator[str]:
    for domain in made.properties("AWS::ApiGateway::DomainName"):
        arn, name = domain["RegionalCertificateArn"], domain["DomainName"]
        try:
            found = account.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _MAY_NOT_LOOK:
                raise
            yield f"The certificate {arn} cannot be read ({code}). Set `certificate_arn`."
            continue
        if found["Status"] != "ISSUED":
            yield f"The certificate {arn} is {found['Status']}, not ISSUED. Validate it first."
        covered = {found["DomainName"], *found.get("SubjectAlternativeNames", [])}
        if not any(_covers(pattern, name) for pattern in covered):
            yield f"The certificate {arn} is for {', '.join(sorted(covered))}, not for {name}."


def _covers(pattern: str, name: str) -> bool:
    """A star stands for one label."""
    return fnmatch(name, pattern) and name.count(".") == pattern.count(".")


def _endpoint_quota(account: Account, made: Synthesised) -> Iterator[str]:
    """A new version stands beside the old one, with as many instances as that has just then."""
    scaling = [target["MaxCapacity"] for target in _scaled(made)]
    for config in made.properties("AWS::SageMaker::EndpointConfig"):
        for variant in config["ProductionVariants"]:
            instance = variant["InstanceType"]
            needed = 2 * max([int(variant["InitialInstanceCount"]), *map(int, scaling)])
            allowed = _quota(account, f"{instance} for endpoint usage")
            if allowed < needed:
                yield (
                    f"The quota '{instance} for endpoint usage' is {allowed:.0f} in "
                    f"{account.region}, and this stage needs {needed}. Ask for more under Service "
                    "Quotas, Amazon SageMaker; or set `endpoint` to none, or another "
                    "`instance_type`."
                )


def _scaled(made: Synthesised) -> Iterator[Mapping[str, Any]]:
    for target in made.properties("AWS::ApplicationAutoScaling::ScalableTarget"):
        if target["ServiceNamespace"] == "sagemaker":
            yield target


def _quota(account: Account, name: str) -> float:
    """What the account may have, else AWS's default; 0 where neither is known."""
    client = account.client("service-quotas")
    for operation in ("list_service_quotas", "list_aws_default_service_quotas"):
        for page in client.get_paginator(operation).paginate(ServiceCode="sagemaker"):
            for quota in page["Quotas"]:
                if quota["QuotaName"] == name:
                    return float(quota["Value"])
    return 0.0


def _concurrency(account: Account, made: Synthesised) -> Iterator[str]:
    """New accounts may run ten functions at once, in all."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    allowed = int(limits["ConcurrentExecutions"])
    sources = made.properties("AWS::Lambda::EventSourceMapping")
    needed = _CONCURRENCY_BESIDE + sum(
        int(source.get("ScalingConfig", {}).get("MaximumConcurrency", 0)) for source in sources
    )
    if allowed < needed:
        yield (
            f"The quota 'Concurrent executions' of AWS Lambda is {allowed} in {account.region}, "
            f"and this stage uses up to {needed}. Ask for more under Service Quotas, AWS Lambda."
        )
