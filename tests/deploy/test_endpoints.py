"""Before a deploy, an endpoint that nothing will delete is named, with what to do."""

import datetime as dt
from pathlib import Path
from typing import Any

import boto3
from botocore.stub import Stubber

from deploy.endpoints import check_other_endpoints
from deploy.notice import Notice
from deploy.templates import Synthesis
from tests.deploy.stubbed_account import FakeAccount

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
OWN, OLD = "chest-xray-prod-g4dn-xlarge-day", "chest-xray-prod-g5-xlarge-day"
HELD, OTHER = "chest-xray-prod-g4dn-xlarge", "another-chest-xray-prod-x"


class Account(FakeAccount):
    """The stack holds one endpoint, from before the schedule."""

    def stack(self, name: str) -> dict[str, str]:
        return {"StackName": name}

    def resources(self, stack: str) -> Any:
        arn = f"arn:aws:sagemaker:us-east-1:111122223333:endpoint/{HELD}"
        yield {"ResourceType": "AWS::SageMaker::Endpoint", "PhysicalResourceId": arn}


def check(*names: str) -> list[str]:
    sagemaker = boto3.client(
        "sagemaker", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    function = {"Properties": {"Environment": {"Variables": {"ENDPOINT_NAME": OWN}}}}
    resources = {"One": {"Type": "AWS::Lambda::Function", **function}}
    synthesis = Synthesis(
        stage="prod",
        folder=Path(),
        templates={"chest-xray-prod": {"Resources": resources}},
        findings=[],
        acknowledged=frozenset(),
    )
    endpoints = [
        {
            "EndpointName": name,
            "EndpointArn": f"arn:aws:sagemaker:us-east-1:111122223333:endpoint/{name}",
            "CreationTime": NOW,
            "LastModifiedTime": NOW,
            "EndpointStatus": "InService",
        }
        for name in names
    ]
    with Stubber(sagemaker) as stub:
        request = {"NameContains": "chest-xray-prod-"}
        stub.add_response("list_endpoints", {"Endpoints": endpoints}, request)
        account = Account(
            number="111122223333",
            region="us-east-1",
            session=None,
            clients={"sagemaker": sagemaker},
            stage_outputs={},
        )
        return list(check_other_endpoints(account, synthesis))


def test_the_endpoint_of_a_schedule_that_was_removed_is_named() -> None:
    [sentence] = check(OWN, OLD, HELD, OTHER)
    assert isinstance(sentence, Notice)
    assert sentence.startswith(f"The endpoint {OLD} is paid for")
    assert sentence.endswith(f"aws sagemaker delete-endpoint --endpoint-name {OLD}")


def test_its_own_endpoint_is_no_notice() -> None:
    assert check(OWN) == check() == []
