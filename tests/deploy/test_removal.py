"""What training and promotions made beside the stacks goes with them, and nothing of others.

botocore's Stubber answers for SageMaker: moto cannot delete a model package.
"""

import datetime as dt
from typing import Any

import boto3
from botocore.stub import Stubber

from deploy.removal import remove_packages, remove_promoted
from tests.deploy.conftest import Known

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/chest-xray-dev/1"


def _account(sagemaker: Any) -> Known:
    return Known(
        number="123456789012",
        region="us-east-1",
        session=None,
        clients={"sagemaker": sagemaker},
        said={},
    )


def _sagemaker() -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client("sagemaker", region_name="us-east-1", **keys)


def test_the_register_of_the_stage_is_emptied() -> None:
    sagemaker = _sagemaker()
    package = {
        "ModelPackageArn": ARN,
        "CreationTime": NOW,
        "ModelPackageStatus": "Completed",
    }
    with Stubber(sagemaker) as stub:
        listed = {"ModelPackageSummaryList": [package]}
        stub.add_response(
            "list_model_packages", listed, {"ModelPackageGroupName": "chest-xray-dev"}
        )
        stub.add_response("delete_model_package", {}, {"ModelPackageName": ARN})
        remove_packages(_account(sagemaker), "dev")
        stub.assert_no_pending_responses()


def test_only_what_was_promoted_in_the_stage_is_removed() -> None:
    sagemaker = _sagemaker()
    ours, other = "chest-xray-dev-g4dn-xlarge-0a1b2c3d4e5f", "a-chest-xray-dev-of-others"

    def listed(kind: str) -> list[dict[str, Any]]:
        names = [{f"{kind}Name": name, f"{kind}Arn": ARN} for name in (ours, other)]
        return [{**name, "CreationTime": NOW} for name in names]

    contains = {"NameContains": "chest-xray-dev-"}
    with Stubber(sagemaker) as stub:
        stub.add_response(
            "list_endpoint_configs", {"EndpointConfigs": listed("EndpointConfig")}, contains
        )
        stub.add_response("delete_endpoint_config", {}, {"EndpointConfigName": ours})
        stub.add_response("list_models", {"Models": listed("Model")}, contains)
        stub.add_response("delete_model", {}, {"ModelName": ours})
        remove_promoted(_account(sagemaker), "dev")
        stub.assert_no_pending_responses()
