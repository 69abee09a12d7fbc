"""Each problem that would stop a deploy late is named before it begins, with what to do."""

from typing import Any

import pytest

from deploy import preflight
from tests.deploy.stubbed_account import (
    SOURCE,
    WHOLE_STAGE,
    Answers,
    client_with,
    fake_account,
    synthesis,
)


def test_nothing_is_said_where_nothing_is_in_the_way(answers: Answers) -> None:
    result = preflight.run_checks(answers.account(), WHOLE_STAGE)
    assert (result.problems, result.notices) == ([], [])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zones": {"AvailabilityZones": [{}]}}, "fewer than two zones"),
        ({"zones": "OptInRequired"}, "cannot be used (OptInRequired). Enable it, or set `region`."),
        ({"stacks": "ValidationError"}, "Do it once: make bootstrap STAGE=dev"),
        (
            {"certificate": {"DomainName": "*.example.org", "Status": "PENDING_VALIDATION"}},
            "is PENDING_VALIDATION, not ISSUED",
        ),
        (
            {"certificate": {"DomainName": "*.org", "Status": "ISSUED"}},
            "is for *.org, not for xray.example.org",
        ),
        ({"quota": 0.0}, "is 0 in us-east-1, and this stage needs 4"),
    ],
    ids=str,
)
def test_what_is_in_the_way_is_said(answers: Answers, change: dict[str, Any], message: str) -> None:
    for name, value in change.items():
        setattr(answers, name, value)
    [problem] = preflight.run_checks(answers.account(), WHOLE_STAGE).problems
    assert message in problem


SERVICE = "com.amazonaws.us-east-1.secretsmanager"
INTERFACE_ENDPOINT = {
    "Type": "AWS::EC2::VPCEndpoint",
    "Properties": {
        "VpcEndpointType": "Interface",
        "ServiceName": SERVICE,
    },
}


@pytest.mark.parametrize(
    ("setting", "problems"),
    [
        (None, ["Zone us-east-1b has no com.amazonaws.us-east-1.secretsmanager. Set `zones` to"]),
        (["us-east-1a", "us-east-1c"], []),
    ],
)
def test_a_zone_without_a_service_is_named(setting: list[str] | None, problems: list[str]) -> None:
    """The region's first two, unless the stage names others."""
    zones: list[Any] = list(setting or []) or [
        {"Fn::Select": [index, {"Fn::GetAZs": ""}]} for index in (0, 1)
    ]
    subnets: dict[str, Any] = {
        f"Subnet{index}": {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": zone}}
        for index, zone in enumerate(zones)
    }
    region_zones = [{"ZoneName": f"us-east-1{letter}"} for letter in "abc"]
    service = {"ServiceName": SERVICE, "AvailabilityZones": ["us-east-1a", "us-east-1c"]}
    answers: dict[str, Any] = {
        "describe_availability_zones": {"AvailabilityZones": region_zones},
        "describe_vpc_endpoint_services": {"ServiceDetails": [service]},
    }
    account = fake_account(ec2=client_with("ec2", answers))
    stage = synthesis(Endpoint=INTERFACE_ENDPOINT, **subnets)
    sentences = list(preflight._interface_endpoints(account, stage))
    assert len(sentences) == len(problems)
    assert all(one.startswith(other) for one, other in zip(sentences, problems, strict=True))


def test_a_stage_without_endpoint_and_domain_needs_neither(answers: Answers) -> None:
    answers.quota, answers.certificate = 0.0, {"DomainName": "other", "Status": "FAILED"}
    assert preflight.run_checks(answers.account(), synthesis(Source=SOURCE)).problems == []


def test_who_may_not_look_at_zones_is_not_told_that_the_region_is_wrong(answers: Answers) -> None:
    answers.zones = "UnauthorizedOperation"
    result = preflight.run_checks(answers.account(), WHOLE_STAGE)
    assert result.problems == []
    assert result.notices == ["Could not check the region's zones: UnauthorizedOperation."]


def test_who_may_not_look_is_told_so_and_goes_on(answers: Answers) -> None:
    answers.stacks = "AccessDenied"
    result = preflight.run_checks(answers.account(), WHOLE_STAGE)
    assert result.problems == []
    assert result.notices == ["Could not check the bootstrap: AccessDenied."]
