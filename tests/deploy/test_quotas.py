"""Quotas of the account that the stage would exceed are named before a deploy."""

import pytest

from deploy.notice import Notice
from deploy.quotas import _NETWORK_QUOTAS, check_concurrency, check_network
from tests.deploy.stubbed_account import (
    SOURCE,
    Answers,
    FakeAccount,
    described_stack,
    fake_account,
    make_stub,
    synthesis,
)


@pytest.mark.parametrize(("stage", "is_problem"), [("dev", False), ("prod", True)])
def test_too_few_functions_stop_prod_and_warn_of_dev(
    answers: Answers, stage: str, is_problem: bool
) -> None:
    answers.concurrency = 10
    account = answers.account()
    [sentence] = check_concurrency(account, synthesis(stage, Source=SOURCE))
    assert "is 10 in us-east-1, and this stage uses up to 100" in sentence
    assert isinstance(sentence, Notice) is not is_problem


EIP, VPC = {"Type": "AWS::EC2::EIP"}, {"Type": "AWS::EC2::VPC"}


def _network_account(*, addresses: int, vpcs: int, own_addresses: int | None) -> FakeAccount:
    """`own_addresses` and one network belong to the stack; None: there is no stack."""
    cloudformation, ec2, quotas = map(make_stub, ("cloudformation", "ec2", "service-quotas"))
    kinds = ["AWS::EC2::EIP"] * (own_addresses or 0) + ["AWS::EC2::VPC"]
    resources = [
        {
            "LogicalResourceId": "x",
            "ResourceType": kind,
            "LastUpdatedTimestamp": 0,
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for kind in kinds
    ]
    for _ in _NETWORK_QUOTAS:
        if own_addresses is None:
            cloudformation.add_client_error("describe_stacks", "ValidationError")
        else:
            cloudformation.add_response("describe_stacks", described_stack("UPDATE_COMPLETE"))
            page = {"StackResourceSummaries": resources}
            cloudformation.add_response("list_stack_resources", page)
    ec2.add_response("describe_addresses", {"Addresses": [{}] * addresses})
    ec2.add_response("describe_vpcs", {"Vpcs": [{}] * vpcs})
    quotas.add_response("get_service_quota", {"Quota": {"Value": 5.0}})
    quotas.add_client_error("get_service_quota", "NoSuchResourceException")
    quotas.add_response("get_aws_default_service_quota", {"Quota": {"Value": 5.0}})
    for stub in (cloudformation, ec2, quotas):
        stub.activate()
    clients = {"cloudformation": cloudformation.client, "ec2": ec2.client}
    return fake_account(**clients, **{"service-quotas": quotas.client})


@pytest.mark.parametrize(
    ("addresses", "vpcs", "sentences"),
    [
        (3, 4, []),
        (4, 4, ["The quota 'EC2-VPC Elastic IPs' is 5 in us-east-1, 4 are in use, and this stage"]),
        (3, 5, ["The quota 'VPCs per Region' is 5 in us-east-1, 5 are in use, and this stage"]),
    ],
)
def test_addresses_and_networks_must_be_free(
    addresses: int, vpcs: int, sentences: list[str]
) -> None:
    account = _network_account(addresses=addresses, vpcs=vpcs, own_addresses=None)
    found = list(check_network(account, synthesis(A=EIP, B=EIP, Network=VPC)))
    assert len(found) == len(sentences)
    assert all(one.startswith(other) for one, other in zip(found, sentences, strict=True))


def test_what_the_stage_has_already_is_not_needed_again() -> None:
    full = _network_account(addresses=5, vpcs=5, own_addresses=2)
    assert list(check_network(full, synthesis(A=EIP, B=EIP, Network=VPC))) == []
