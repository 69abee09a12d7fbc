"""Accounts with given clients and outputs, and a stage that the checks before a deploy read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.stub import Stubber

from deploy.account import Account
from deploy.templates import Synthesis

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


WHOLE_STAGE = synthesis(Domain=DOMAIN, Config=ENDPOINT, Source=SOURCE)


@dataclass(frozen=True, kw_only=True)
class FakeAccount(Account):
    """An account with the clients and the stage outputs of a test."""

    clients: dict[str, Any]
    stage_outputs: dict[str, str]

    def client(self, service: str, *, config: Config | None = None) -> Any:
        return self.clients[service]

    def outputs(self, stage: str) -> dict[str, str]:
        return self.stage_outputs


def fake_account(**clients: Any) -> FakeAccount:
    return FakeAccount(
        number="111122223333", region="us-east-1", session=None, clients=clients, stage_outputs={}
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
        stub = make_stub("cloudformation")
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
            "ec2": stubbed_client("ec2", "describe_availability_zones", self.zones, {}),
            "cloudformation": self._cloudformation(),
            "acm": stubbed_client(
                "acm",
                "describe_certificate",
                {"Certificate": self.certificate},
                {"CertificateArn": CERTIFICATE},
            ),
            "service-quotas": stubbed_client(
                "service-quotas", "list_service_quotas", quotas, {"ServiceCode": "sagemaker"}
            ),
            "sagemaker": stubbed_client("sagemaker", "list_endpoints", {"Endpoints": []}, ANY_DEV),
            "lambda": stubbed_client("lambda", "get_account_settings", limits, {}),
        }
        return fake_account(**clients)


def client_with(service: str, answers: dict[str, Any]) -> Any:
    """A client that answers each operation once, in this order."""
    stub = make_stub(service)
    for operation, answer in answers.items():
        stub.add_response(operation, answer)
    stub.activate()
    return stub.client


def make_stub(service: str) -> Stubber:
    session: Any = boto3.Session(
        aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1"
    )
    return Stubber(session.client(service))


def stubbed_client(service: str, operation: str, answer: Any, request: Any) -> Any:
    """A client that answers once; a string is the code of an error."""
    stub = make_stub(service)
    if isinstance(answer, str):
        stub.add_client_error(operation, answer, expected_params=request)
    else:
        stub.add_response(operation, answer, request)
    stub.activate()
    return stub.client


def described_stack(status: str, *, is_protected: bool = False) -> dict[str, Any]:
    stack = {"StackName": "x", "CreationTime": 0, "StackStatus": status}
    return {"Stacks": [{**stack, "EnableTerminationProtection": is_protected}]}
