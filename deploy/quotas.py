"""Checks whether the account's quotas are sufficient for a stage."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from deploy.account import Account
from deploy.notice import Notice
from deploy.templates import Synthesis

# Concurrent calls of the page and its API, beside the screening functions.
_OTHER_CONCURRENCY = 50
# By resource type: the quota's name, service and code in Service Quotas.
_NETWORK_QUOTAS = {
    "AWS::EC2::EIP": ("EC2-VPC Elastic IPs", "ec2", "L-0263D0A3"),
    "AWS::EC2::VPC": ("VPCs per Region", "vpc", "L-F678F1CE"),
}


def check_endpoint_instances(account: Account, synthesis: Synthesis) -> Iterator[str]:
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


def check_concurrency(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """New accounts may run ten concurrent functions in total."""
    limits = account.client("lambda").get_account_settings()["AccountLimit"]
    allowed = int(limits["ConcurrentExecutions"])
    sources = synthesis.properties("AWS::Lambda::EventSourceMapping")
    needed = _OTHER_CONCURRENCY + sum(
        int(source.get("ScalingConfig", {}).get("MaximumConcurrency", 0)) for source in sources
    )
    if allowed < needed:
        sentence = (
            f"The quota 'Concurrent executions' of AWS Lambda is {allowed} in {account.region}, "
            f"and this stage uses up to {needed}. Ask for more under Service Quotas, AWS Lambda."
        )
        # Enough to try the system: what is refused is tried again, and the page says so.
        yield Notice(sentence) if synthesis.stage == "dev" else sentence


def check_network(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """Counts what the stage's own stacks have already as theirs."""
    ec2 = account.client("ec2")
    for resource_type, (name, service, code) in _NETWORK_QUOTAS.items():
        needed = len(synthesis.properties(resource_type))
        missing = needed - (needed and _count_own(account, synthesis, resource_type))
        if missing <= 0:
            continue
        used = _count_addresses(ec2) if resource_type == "AWS::EC2::EIP" else _count_vpcs(ec2)
        allowed = _fetch_quota_by_code(account, service, code)
        if used + missing > allowed:
            yield (
                f"The quota '{name}' is {allowed:.0f} in {account.region}, {used} are in use, and "
                f"this stage needs {missing} more. Ask for more under Service Quotas, or remove "
                "what nobody uses."
            )


def _count_own(account: Account, synthesis: Synthesis, resource_type: str) -> int:
    return sum(
        resource["ResourceType"] == resource_type
        for stack in synthesis.templates
        if account.stack(stack) is not None
        for resource in account.resources(stack)
    )


def _count_addresses(ec2: Any) -> int:
    return len(ec2.describe_addresses()["Addresses"])


def _count_vpcs(ec2: Any) -> int:
    pages = ec2.get_paginator("describe_vpcs").paginate()
    return sum(len(page["Vpcs"]) for page in pages)


def _fetch_quota_by_code(account: Account, service: str, code: str) -> float:
    """The account's quota, else AWS's default."""
    client = account.client("service-quotas")
    request = {"ServiceCode": service, "QuotaCode": code}
    try:
        quota = client.get_service_quota(**request)["Quota"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchResourceException":
            raise
        quota = client.get_aws_default_service_quota(**request)["Quota"]
    return float(quota["Value"])
