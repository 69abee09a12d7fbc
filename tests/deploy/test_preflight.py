"""Each problem that would stop a deploy late is named before it begins, with what to do."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from cdk import serving
from deploy import preflight
from deploy.container_image import check_image
from deploy.gateway_role import check_gateway_role
from deploy.notice import Notice
from deploy.quotas import _NETWORK_QUOTAS, check_concurrency, check_network
from deploy.stack_states import check_states
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
ANY_DEV = {"NameContains": "chest-xray-dev-"}
QUOTA = "ml.g4dn.xlarge for endpoint usage"


def synthesis(stage: str = "dev", **resources: Any) -> Synthesis:
    return Synthesis(
        stage=stage,
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
        self.stack: Any = "ValidationError"
        self.certificate: Any = {"DomainName": "*.example.org", "Status": "ISSUED"}
        self.quota = 4.0
        self.concurrency = 1000

    def _cloudformation(self) -> Any:
        """Answers for CDK's own stack, then for that of the stage."""
        stub = _stub("cloudformation")
        for name, answer in {"CDKToolkit": self.stacks, "chest-xray-dev": self.stack}.items():
            if isinstance(answer, str):
                stub.add_client_error(
                    "describe_stacks", answer, expected_params={"StackName": name}
                )
            else:
                stub.add_response("describe_stacks", answer, {"StackName": name})
        stub.activate()
        return stub.client

    def account(self) -> FakeAccount:
        quotas = {"Quotas": [{"QuotaName": QUOTA, "Value": self.quota}]}
        limits = {"AccountLimit": {"ConcurrentExecutions": self.concurrency}}
        clients = {
            "ec2": _client("ec2", "describe_availability_zones", self.zones, {}),
            "cloudformation": self._cloudformation(),
            "acm": _client(
                "acm",
                "describe_certificate",
                {"Certificate": self.certificate},
                {"CertificateArn": CERTIFICATE},
            ),
            "service-quotas": _client(
                "service-quotas", "list_service_quotas", quotas, {"ServiceCode": "sagemaker"}
            ),
            "sagemaker": _client("sagemaker", "list_endpoints", {"Endpoints": []}, ANY_DEV),
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
    assert result.notices == ["Could not check the region's zones: UnauthorizedOperation."]


def test_who_may_not_look_is_told_so_and_goes_on(answers: Answers) -> None:
    answers.stacks = "AccessDenied"
    result = preflight.run_checks(answers.account(), ALL)
    assert result.problems == []
    assert result.notices == ["Could not check the bootstrap: AccessDenied."]


def _described(status: str, *, is_protected: bool = False) -> dict[str, Any]:
    stack = {"StackName": "x", "CreationTime": 0, "StackStatus": status}
    return {"Stacks": [{**stack, "EnableTerminationProtection": is_protected}]}


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_failed_first_deploy_is_named_and_repeated(answers: Answers, status: str) -> None:
    answers.stack = _described(status)
    result = preflight.run_checks(answers.account(), ALL)
    assert result.problems == []
    [notice] = result.notices
    assert notice.startswith(f"Stack chest-xray-dev is in {status}: ")


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("ROLLBACK_COMPLETE", "update-termination-protection"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
    ],
)
def test_a_stack_that_cannot_be_deployed_is_named_with_a_command(
    answers: Answers, status: str, command: str
) -> None:
    answers.stack = _described(status, is_protected=True)
    [problem] = preflight.run_checks(answers.account(), ALL).problems
    assert problem.startswith(f"Stack chest-xray-dev is in {status}: ")
    assert f"un: aws cloudformation {command} --region us-east-1 " in problem


@pytest.mark.parametrize("is_protected", [True, False])
def test_what_a_failed_first_deploy_left_behind_is_named(is_protected: bool) -> None:
    stub = _stub("cloudformation")
    stub.add_response("describe_stacks", _described("ROLLBACK_FAILED", is_protected=is_protected))
    resources = [
        {
            "LogicalResourceId": name,
            "ResourceType": "AWS::Cognito::UserPool",
            "LastUpdatedTimestamp": 0,
            "ResourceStatus": status,
        }
        for name, status in {"Users": "DELETE_FAILED", "Client": "DELETE_COMPLETE"}.items()
    ]
    stub.add_response("list_stack_resources", {"StackResourceSummaries": resources})
    stub.activate()
    account = fake_account(cloudformation=stub.client)
    [problem] = check_states(account, synthesis())
    assert "could not remove Users. Its events" in problem
    assert ("update-termination-protection" in problem) is is_protected
    assert "aws cloudformation delete-stack --region us-east-1 --stack-name" in problem


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
    cloudformation, ec2, quotas = map(_stub, ("cloudformation", "ec2", "service-quotas"))
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
            cloudformation.add_response("describe_stacks", _described("UPDATE_COMPLETE"))
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


def _model(image: str) -> dict[str, Any]:
    properties = {"PrimaryContainer": {"Image": image}}
    return {"Type": "AWS::SageMaker::Model", "Properties": properties}


REPOSITORY = "763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference"
TAG, DIGEST = {"imageTag": "2.20-gpu"}, {"imageDigest": "sha256:0f"}


@pytest.mark.parametrize(
    ("image", "identifier"),
    [(f"{REPOSITORY}:2.20-gpu", TAG), (f"{REPOSITORY}@sha256:0f", DIGEST)],
)
@pytest.mark.parametrize("code", ["", "ImageNotFound", "RepositoryNotFoundException"])
def test_an_image_that_the_registry_lacks_is_named(
    image: str, identifier: dict[str, str], code: str
) -> None:
    request = {
        "registryId": "763104351884",
        "repositoryName": "tensorflow-inference",
        "imageIds": [identifier],
    }
    failures = [{"imageId": identifier, "failureCode": code}] if code else []
    answer: Any = code if code.startswith("Repository") else {"failures": failures}
    account = fake_account(ecr=_client("ecr", "batch_get_image", answer, request))
    found = list(check_image(account, synthesis(Model=_model(image))))
    assert len(found) == bool(code)
    assert all(f"its image {image} cannot be read ({code})" in sentence for sentence in found)


@pytest.mark.parametrize("reference", [serving.DEFAULT_IMAGE, f"sha256:{'0f' * 32}"])
def test_the_image_of_a_stage_is_one_that_the_registry_can_be_asked_for(reference: str) -> None:
    account = fake_account(ecr=_client_with("ecr", {"batch_get_image": {"failures": []}}))
    model = _model(serving.image("eu-west-1", reference))
    assert list(check_image(account, synthesis(Model=model))) == []


OTHERS = "arn:aws:iam::111122223333:role/team/logs"
OURS = "arn:aws:iam::111122223333:role/chest-xray-account-ApiGatewayLogs-1"
GATEWAY_ACCOUNT = {"Type": "AWS::ApiGateway::Account"}
GATEWAY_STAGE = {"Type": "AWS::ApiGateway::Stage"}


@pytest.mark.parametrize(
    ("resources", "role", "sentence"),
    [
        ({"Account": GATEWAY_ACCOUNT}, "", None),
        ({"Account": GATEWAY_ACCOUNT}, OURS, None),
        ({"Account": GATEWAY_ACCOUNT}, OTHERS, "Set `api_gateway_role` to account to keep it."),
        ({"Stage": GATEWAY_STAGE}, OTHERS, None),
        ({"Stage": GATEWAY_STAGE}, "", "API Gateway has no role for logs in us-east-1"),
    ],
)
def test_a_gateway_role_of_others_is_not_replaced(
    resources: dict[str, Any], role: str, sentence: str | None
) -> None:
    answer = {"cloudwatchRoleArn": role} if role else {}
    account = fake_account(apigateway=_client("apigateway", "get_account", answer, {}))
    found = list(check_gateway_role(account, synthesis(**resources)))
    assert len(found) == bool(sentence)
    assert all(str(sentence) in one for one in found)
