"""Each problem that would stop a deploy late is named before it begins, with what to do."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy import preflight
from deploy.templates import Synthesis
from tests.deploy.conftest import FakeAccount, fake_account

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0f6e"
DOMAIN = {
    "Type": "AWS::ApiGateway::DomainName",
    "Properties": {"DomainName": "xray.example.org", "RegionalCertificateArn": CERTIFICATE},
}
ENDPOINT = {
    "Type": "AWS::SageMaker::EndpointConfig",
    "Properties": {
        "ProductionVariants": [{"InstanceType": "ml.g4dn.xlarge", "InitialInstanceCount": 2}]
    },
}
SOURCE = {
    "Type": "AWS::Lambda::EventSourceMapping",
    "Properties": {"ScalingConfig": {"MaximumConcurrency": 50}},
}
QUOTA = "ml.g4dn.xlarge for endpoint usage"


def synthesis(**resources: Any) -> Synthesis:
    return Synthesis(
        stage="dev",
        folder=Path(),
        templates={"chest-xray-dev": {"Resources": resources}},
        findings=[],
        acknowledged=frozenset(),
    )


class Answers:
    """The responses of AWS in an account without problems; a test changes one of them."""

    def __init__(self) -> None:
        self.zones: Any = {"AvailabilityZones": [{}, {}]}
        self.stacks: Any = {
            "Stacks": [{"StackName": "x", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE"}]
        }
        self.certificate: Any = {"DomainName": "*.example.org", "Status": "ISSUED"}
        self.quota = 4.0
        self.concurrency = 1000

    def account(self) -> FakeAccount:
        quotas = {"Quotas": [{"QuotaName": QUOTA, "Value": self.quota}]}
        limits = {"AccountLimit": {"ConcurrentExecutions": self.concurrency}}
        clients = {
            "ec2": _client("ec2", "describe_availability_zones", self.zones, {}),
            "cloudformation": _client(
                "cloudformation", "describe_stacks", self.stacks, {"StackName": "CDKToolkit"}
            ),
            "acm": _client(
                "acm",
                "describe_certificate",
                {"Certificate": self.certificate},
                {"CertificateArn": CERTIFICATE},
            ),
            "service-quotas": _client(
                "service-quotas", "list_service_quotas", quotas, {"ServiceCode": "sagemaker"}
            ),
            "lambda": _client("lambda", "get_account_settings", limits, {}),
        }
        return fake_account(**clients)


def _client_with(service: str, answers: dict[str, Any]) -> Any:
    """A client that answers each operation once, in this order."""
    stub = _stub(service)
    for operation, answer in answers.items():
        stub.add_response(operation, answer)
    stub.activate()
    return stub.client


def _stub(service: str) -> Stubber:
    session: Any = boto3.Session(
        aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1"
    )
    return Stubber(session.client(service))


def _client(service: str, operation: str, answer: Any, request: Any) -> Any:
    """A client that answers once; a string is the code of an error."""
    stub = _stub(service)
    if isinstance(answer, str):
        stub.add_client_error(operation, answer, expected_params=request)
    else:
        stub.add_response(operation, answer, request)
    stub.activate()
    return stub.client


@pytest.fixture
def answers() -> Answers:
    return Answers()


ALL = synthesis(Domain=DOMAIN, Config=ENDPOINT, Source=SOURCE)


def test_nothing_is_said_where_nothing_is_in_the_way(answers: Answers) -> None:
    result = preflight.run_checks(answers.account(), ALL)
    assert (result.problems, result.unchecked) == ([], [])


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
        ({"concurrency": 10}, "is 10 in us-east-1, and this stage uses up to 100"),
    ],
    ids=str,
)
def test_what_is_in_the_way_is_said(answers: Answers, change: dict[str, Any], message: str) -> None:
    for name, value in change.items():
        setattr(answers, name, value)
    [problem] = preflight.run_checks(answers.account(), ALL).problems
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
    subnets = {
        f"Subnet{index}": {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": zone}}
        for index, zone in enumerate(zones)
    }
    region_zones = [{"ZoneName": f"us-east-1{letter}"} for letter in "abc"]
    service = {"ServiceName": SERVICE, "AvailabilityZones": ["us-east-1a", "us-east-1c"]}
    answers: dict[str, Any] = {
        "describe_availability_zones": {"AvailabilityZones": region_zones},
        "describe_vpc_endpoint_services": {"ServiceDetails": [service]},
    }
    account = fake_account(ec2=_client_with("ec2", answers))
    stage = synthesis(Endpoint=INTERFACE_ENDPOINT, **subnets)
    sentences = list(preflight._interface_endpoints(account, stage))
    assert len(sentences) == len(problems)
    assert all(one.startswith(other) for one, other in zip(sentences, problems, strict=True))


def test_a_stage_without_endpoint_and_domain_needs_neither(answers: Answers) -> None:
    answers.quota, answers.certificate = 0.0, {"DomainName": "other", "Status": "FAILED"}
    assert preflight.run_checks(answers.account(), synthesis(Source=SOURCE)).problems == []


def test_who_may_not_look_at_zones_is_not_told_that_the_region_is_wrong(answers: Answers) -> None:
    answers.zones = "UnauthorizedOperation"
    result = preflight.run_checks(answers.account(), ALL)
    assert result.problems == []
    assert result.unchecked == ["Could not check the region's zones: UnauthorizedOperation."]


def test_who_may_not_look_is_told_so_and_goes_on(answers: Answers) -> None:
    answers.stacks = "AccessDenied"
    result = preflight.run_checks(answers.account(), ALL)
    assert result.problems == []
    assert result.unchecked == ["Could not check the bootstrap: AccessDenied."]
