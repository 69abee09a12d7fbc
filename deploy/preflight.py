"""Checks before a deploy: what would fail late in it, or throttle after it.

A check yields a sentence with what to do for each problem; a `Notice` does not stop the deploy.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

from botocore.exceptions import ClientError

from deploy.account import Account
from deploy.container_image import check_image
from deploy.endpoints import check_other_endpoints
from deploy.gateway_role import check_gateway_role
from deploy.notice import Notice
from deploy.quotas import check_concurrency, check_endpoint_instances, check_network
from deploy.stack_states import check_states
from deploy.templates import Synthesis

Check = Callable[[Account, Synthesis], Iterator[str]]

_ACCESS_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})


@dataclass(frozen=True, kw_only=True)
class PreflightResult:
    """`problems` stop a deploy; `notices` do not, and name also each check without permission."""

    problems: Sequence[str]
    notices: Sequence[str]


def run_checks(account: Account, synthesis: Synthesis) -> PreflightResult:
    sentences: list[str] = []
    checks: dict[str, Check] = {
        "the region's zones": _zones,
        "the services of the zones": _interface_endpoints,
        "the bootstrap": _bootstrap,
        "the stacks": check_states,
        "the certificate": _certificate,
        "the quota of endpoint instances": check_endpoint_instances,
        "the endpoint's container": check_image,
        "other endpoints": check_other_endpoints,
        "the quota of functions": check_concurrency,
        "the quotas of the network": check_network,
        "API Gateway's role": check_gateway_role,
    }
    for name, check in checks.items():
        try:
            sentences += check(account, synthesis)
        except ClientError as error:
            # The right to deploy does not include the right to read quotas.
            code = error.response["Error"]["Code"]
            sentences.append(Notice(f"Could not check {name}: {code}."))
    return PreflightResult(
        problems=[sentence for sentence in sentences if not isinstance(sentence, Notice)],
        notices=[sentence for sentence in sentences if isinstance(sentence, Notice)],
    )


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
