"""Models of training and promotions are removed with a stage, and no other stage's.

botocore's Stubber replaces SageMaker, because moto cannot delete a model package.
"""

import datetime as dt
from typing import Any

import boto3
from botocore.stub import Stubber

from deploy.removal import remove_model_packages, remove_promotion_resources
from tests.deploy.stubbed_account import fake_account

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/chest-xray-dev/1"


def _sagemaker() -> Any:
    return boto3.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    ).client("sagemaker")


def test_the_register_of_the_stage_is_emptied() -> None:
    sagemaker = _sagemaker()
    package = {
        "ModelPackageArn": ARN,
        "CreationTime": NOW,
        "ModelPackageStatus": "Completed",
    }
    with Stubber(sagemaker) as stub:
        response = {"ModelPackageSummaryList": [package]}
        stub.add_response(
            "list_model_packages", response, {"ModelPackageGroupName": "chest-xray-dev"}
        )
        stub.add_response("delete_model_package", {}, {"ModelPackageName": ARN})
        remove_model_packages(fake_account(sagemaker=sagemaker), "dev")
        stub.assert_no_pending_responses()


def test_only_what_was_promoted_in_the_stage_is_removed() -> None:
    sagemaker = _sagemaker()
    ours, other = "chest-xray-dev-g4dn-xlarge-0a1b2c3d4e5f", "a-chest-xray-dev-of-others"

    def summaries(kind: str) -> list[dict[str, Any]]:
        names = [{f"{kind}Name": name, f"{kind}Arn": ARN} for name in (ours, other)]
        return [{**name, "CreationTime": NOW} for name in names]

    contains = {"NameContains": "chest-xray-dev-"}
    with Stubber(sagemaker) as stub:
        scheduled = [
            {**each, "LastModifiedTime": NOW, "EndpointStatus": "InService"}
            for each in summaries("Endpoint")
        ]
        stub.add_response("list_endpoints", {"Endpoints": scheduled}, contains)
        stub.add_response("delete_endpoint", {}, {"EndpointName": ours})
        stub.add_response(
            "list_endpoint_configs", {"EndpointConfigs": summaries("EndpointConfig")}, contains
        )
        stub.add_response("delete_endpoint_config", {}, {"EndpointConfigName": ours})
        stub.add_response("list_models", {"Models": summaries("Model")}, contains)
        stub.add_response("delete_model", {}, {"ModelName": ours})
        remove_promotion_resources(fake_account(sagemaker=sagemaker), "dev")
        stub.assert_no_pending_responses()
