"""What would fail late is said before a deploy begins, with what to do."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy import preflight
from deploy.templates import Synthesised
from tests.deploy.conftest import Known

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


def made(**resources: Any) -> Synthesised:
    return Synthesised(
        stage="dev",
        folder=Path(),
        templates={"chest-xray-dev": {"Resources": resources}},
        findings=[],
        acknowledged=frozenset(),
    )


class Answers:
    """An account in which all is well, unless a test says something else."""

    def __init__(self) -> None:
        self.zones: Any = {"AvailabilityZones": [{}, {}]}
        self.stacks: Any = {
            "Stacks": [{"StackName": "x", "CreationTime": 0, "StackStatus": "CREATE_COMPLETE"}]
        }
        self.certificate: Any = {"DomainName": "*.example.org", "Status": "ISSUED"}
        self.quota = 4.0
        self.concurrency = 1000

    def account(self) -> Known:
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
        return Known(
            number="111122223333", region="us-east-1", session=None, clients=clients, said={}
        )


def _several(service: str, answers: dict[str, Any]) -> Any:
    """Answers each once, in their order."""
    stub = _stub(service)
    for operation, answer in answers.items():
        stub.add_response(operation, answer)
    stub.activate()
    return stub.client


def _stub(service: str) -> Stubber:
    keys = {"aws_access_key_id": "t", "aws_secret_access_key": "t"}
    return Stubber(boto3.client(service, region_name="us-east-1", **keys))


def _client(service: str, operation: str, answer: Any, asked: Any) -> Any:
    """Answers once; a string is the error's code."""
    stub = _stub(service)
    if isinstance(answer, str):
        stub.add_client_error(operation, answer, expected_params=asked)
    else:
        stub.add_response(operation, answer, asked)
    stub.activate()
    return stub.client


@pytest.fixture
def answers() -> Answers:
    return Answers()


ALL = made(Domain=DOMAIN, Config=ENDPOINT, Source=SOURCE)


def test_nothing_is_said_where_nothing_is_in_the_way(answers: Answers) -> None:
    found = preflight.look(answers.account(), ALL)
    assert (found.problems, found.unseen) == ([], [])


@pytest.mark.parametrize(
    ("change", "says"),
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
def test_what_is_in_the_way_is_said(answers: Answers, change: dict[str, Any], says: str) -> None:
    for name, value in change.items():
        setattr(answers, name, value)
    [problem] = preflight.look(answers.account(), ALL).problems
    assert says in problem


DOOR = {
    "Type": "AWS::EC2::VPCEndpoint",
    "Properties": {
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.us-east-1.secretsmanager",
    },
}


@pytest.mark.parametrize(
    ("named", "problems"),
    [
        (None, ["Zone us-east-1b has no com.amazonaws.us-east-1.secretsmanager. Set `zones` to"]),
        (["us-east-1a", "us-east-1c"], []),
    ],
)
def test_a_zone_without_a_service_is_named(named: list[str] | None, problems: list[str]) -> None:
    """The region's first two, unless the stage names others."""
    zones = named or [{"Fn::Select": [index, {"Fn::GetAZs": ""}]} for index in (0, 1)]
    subnets = {
        f"Subnet{index}": {"Type": "AWS::EC2::Subnet", "Properties": {"AvailabilityZone": zone}}
        for index, zone in enumerate(zones)
    }
    listed = [{"ZoneName": f"us-east-1{letter}"} for letter in "abc"]
    service = DOOR["Properties"]["ServiceName"]
    there = {"ServiceName": service, "AvailabilityZones": ["us-east-1a", "us-east-1c"]}
    answers = {"describe_availability_zones": {"AvailabilityZones": listed}}
    answers["describe_vpc_endpoint_services"] = {"ServiceDetails": [there]}
    account = Known(
        number="111122223333",
        region="us-east-1",
        session=None,
        clients={"ec2": _several("ec2", answers)},
        said={},
    )
    found = list(preflight._doors(account, made(Door=DOOR, **subnets)))
    assert len(found) == len(problems)
    assert all(one.startswith(other) for one, other in zip(found, problems, strict=True))


def test_a_stage_without_endpoint_and_domain_needs_neither(answers: Answers) -> None:
    answers.quota, answers.certificate = 0.0, {"DomainName": "other", "Status": "FAILED"}
    assert preflight.look(answers.account(), made(Source=SOURCE)).problems == []


def test_who_may_not_look_at_zones_is_not_told_that_the_region_is_wrong(answers: Answers) -> None:
    answers.zones = "UnauthorizedOperation"
    found = preflight.look(answers.account(), ALL)
    assert found.problems == []
    assert found.unseen == ["Could not look at the region's zones: UnauthorizedOperation."]


def test_who_may_not_look_is_told_so_and_goes_on(answers: Answers) -> None:
    answers.stacks = "AccessDenied"
    found = preflight.look(answers.account(), ALL)
    assert found.problems == []
    assert found.unseen == ["Could not look at the bootstrap: AccessDenied."]
