"""The endpoint is updated by a new fleet with the same settings, and the command waits for it.

botocore's Stubber replaces SageMaker, because moto has no UpdateEndpoint. It checks requests and
responses against SageMaker's API model.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from contracts.training import BAKE_SECONDS
from release.endpoint import read_archive_url, update_endpoint
from release.stage_account import StageAccount, StageError
from tests.release.stage import ENVIRONMENT

ENDPOINT = "chest-xray-prod-g4dn-xlarge"
ARCHIVE = "s3://models/models/next-1/model.tar.gz"
NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
ARN = f"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{ENDPOINT}"
BLUE_GREEN = {
    "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": BAKE_SECONDS}
}
DEPLOYMENT = {
    "BlueGreenUpdatePolicy": BLUE_GREEN,
    "AutoRollbackConfiguration": {
        "Alarms": [{"AlarmName": f"chest-xray-dev-endpoint-{kind}"} for kind in ("fails", "slow")]
    },
}
NETWORK = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
CONTAINER = {
    "Image": "763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:2.20",
    "Environment": {"SAGEMAKER_TFS_ENABLE_BATCHING": "true"},
    "ModelDataUrl": "s3://models/models/first-1/model.tar.gz",
}
VARIANT = {
    "VariantName": "all",
    "ModelName": "from-the-stack",
    "InitialInstanceCount": 1,
    "InstanceType": "ml.g4dn.xlarge",
    "InferenceAmiVersion": "al2023-ami-sagemaker-inference-gpu-4-1",
}


@dataclass
class Session:
    """A boto3 session whose only client is the given one."""

    sagemaker: Any

    def client(self, service: str, region_name: str) -> Any:
        assert (service, region_name) == ("sagemaker", "us-east-1")
        return self.sagemaker


@pytest.fixture
def sagemaker() -> Any:
    return boto3.client(
        "sagemaker",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def _account(sagemaker: Any) -> StageAccount:
    environment = replace(ENVIRONMENT, stage="prod", endpoint_name=ENDPOINT)
    return StageAccount(environment=environment, session=Session(sagemaker))


def _endpoint(config: str, status: str = "InService", **fields: Any) -> dict[str, Any]:
    """The response of DescribeEndpoint."""
    return {
        "EndpointName": ENDPOINT,
        "EndpointArn": ARN,
        "EndpointConfigName": config,
        "EndpointStatus": status,
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        # May be that of a rollback, without alarms, so it must not be repeated.
        "LastDeploymentConfig": {"BlueGreenUpdatePolicy": BLUE_GREEN},
        **fields,
    }


def _add_current_state(stub: Stubber, **fields: Any) -> None:
    """Adds the responses that describe the endpoint as the stack has created it."""
    endpoint = _endpoint("from-the-stack", **fields)
    stub.add_response("describe_endpoint", endpoint, {"EndpointName": ENDPOINT})
    config = {
        "EndpointConfigName": "from-the-stack",
        "EndpointConfigArn": ARN,
        "ProductionVariants": [VARIANT],
        "CreationTime": NOW,
    }
    stub.add_response("describe_endpoint_config", config)
    model = {
        "ModelName": "from-the-stack",
        "PrimaryContainer": CONTAINER,
        "ExecutionRoleArn": ENVIRONMENT.role_arn,
        "VpcConfig": NETWORK,
        "EnableNetworkIsolation": True,
        "CreationTime": NOW,
        "ModelArn": ARN,
    }
    stub.add_response("describe_model", model, {"ModelName": "from-the-stack"})


class SameName:
    """Equals the first string that it is compared with, and no other."""

    value = ""

    def __eq__(self, other: object) -> bool:
        self.value = self.value or str(other)
        return other == self.value


def _add_update(stub: Stubber, name: SameName) -> None:
    """Adds the requests of an update, in which all resources have one name."""
    container = {**CONTAINER, "ModelDataUrl": ARCHIVE}
    model = {
        "ModelName": name,
        "PrimaryContainer": container,
        "ExecutionRoleArn": ENVIRONMENT.role_arn,
        "VpcConfig": NETWORK,
        "EnableNetworkIsolation": True,
        "Tags": ANY,
    }
    stub.add_response("create_model", {"ModelArn": ARN}, model)
    config = {
        "EndpointConfigName": name,
        "ProductionVariants": [{**VARIANT, "ModelName": name}],
        "Tags": ANY,
    }
    stub.add_response("create_endpoint_config", {"EndpointConfigArn": ARN}, config)
    update = {
        "EndpointName": ENDPOINT,
        "EndpointConfigName": name,
        "RetainAllVariantProperties": True,
        "DeploymentConfig": DEPLOYMENT,
    }
    stub.add_response("update_endpoint", {"EndpointArn": ARN}, update)


def test_the_endpoint_takes_the_version_as_it_took_the_one_before(sagemaker: Any) -> None:
    """The name is a hash of the content, so a repeated update creates no second model."""
    name = SameName()
    with Stubber(sagemaker) as stub:
        _add_undone_update(stub, name)
        with pytest.raises(StageError):
            update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)
    assert name.value.startswith(f"{ENDPOINT}-")
    assert len(name.value) <= 63
    with Stubber(sagemaker) as stub:
        _add_current_state(stub)
        _add_update(stub, name)
        for _ in range(2):
            stub.add_response("describe_endpoint", _endpoint(name.value))
        update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)
        stub.assert_no_pending_responses()


def test_a_change_that_is_under_way_is_waited_for(sagemaker: Any) -> None:
    """An interrupted command leaves the endpoint so."""
    name = SameName()
    with Stubber(sagemaker) as stub:
        _add_undone_update(stub, name)
        with pytest.raises(StageError):
            update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)
    pending = {"EndpointConfigName": name.value}
    with Stubber(sagemaker) as stub:
        _add_current_state(stub, status="Updating", PendingDeploymentSummary=pending)
        for _ in range(2):
            stub.add_response("describe_endpoint", _endpoint(name.value))
        update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)
        stub.assert_no_pending_responses()


def _add_undone_update(stub: Stubber, name: SameName) -> None:
    """Adds an update that SageMaker undoes; the waiter describes the endpoint once, and we do."""
    _add_current_state(stub)
    _add_update(stub, name)
    for _ in range(2):
        stub.add_response("describe_endpoint", _endpoint("from-the-stack"))


def test_an_alarm_brings_the_version_before_back_and_is_told_of(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _add_undone_update(stub, SameName())
        with pytest.raises(StageError, match="did not take next-1: an alarm rang"):
            update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)


def test_on_the_way_back_no_alarm_stops_the_change(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _add_current_state(stub)
        stub.add_response("create_model", {"ModelArn": ARN})
        stub.add_response("create_endpoint_config", {"EndpointConfigArn": ARN})
        update = {
            "EndpointName": ENDPOINT,
            "EndpointConfigName": SameName(),
            "RetainAllVariantProperties": True,
            "DeploymentConfig": {"BlueGreenUpdatePolicy": BLUE_GREEN},
        }
        stub.add_client_error("update_endpoint", "Stopped", "here", expected_params=update)
        with pytest.raises(ClientError, match="here"):
            update_endpoint(
                _account(sagemaker), "next-1", archive_url=ARCHIVE, rollback_on_alarm=False
            )
        stub.assert_no_pending_responses()


def test_an_endpoint_that_cannot_start_says_why(sagemaker: Any) -> None:
    failed = _endpoint("from-the-stack", "Failed", FailureReason="no capacity")
    with Stubber(sagemaker) as stub:
        _add_current_state(stub)
        _add_update(stub, SameName())
        for _ in range(2):
            stub.add_response("describe_endpoint", failed)
        with pytest.raises(StageError, match=r"no capacity\. It is Failed"):
            update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)


def test_an_endpoint_that_is_changing_is_left_alone(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _add_current_state(stub, status="Updating")
        with pytest.raises(StageError, match=r"is Updating\. Start again"):
            update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)


def test_an_endpoint_that_changes_is_known_by_what_it_changes_to(sagemaker: Any) -> None:
    pending = {"EndpointConfigName": "from-a-promotion"}
    config = {
        "EndpointConfigName": "from-a-promotion",
        "EndpointConfigArn": ARN,
        "ProductionVariants": [{**VARIANT, "ModelName": "from-a-promotion"}],
        "CreationTime": NOW,
    }
    model = {
        "ModelName": "from-a-promotion",
        "PrimaryContainer": {**CONTAINER, "ModelDataUrl": ARCHIVE},
        "CreationTime": NOW,
        "ModelArn": ARN,
    }
    with Stubber(sagemaker) as stub:
        endpoint = _endpoint("from-the-stack", "Updating", PendingDeploymentSummary=pending)
        stub.add_response("describe_endpoint", endpoint)
        name = {"EndpointConfigName": "from-a-promotion"}
        stub.add_response("describe_endpoint_config", config, name)
        stub.add_response("describe_model", model, {"ModelName": "from-a-promotion"})
        assert read_archive_url(_account(sagemaker)) == ARCHIVE


def test_an_endpoint_that_serves_the_version_is_not_touched(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _add_current_state(stub)
        update_endpoint(_account(sagemaker), "first-1", archive_url=str(CONTAINER["ModelDataUrl"]))
        stub.assert_no_pending_responses()


def test_what_a_try_before_has_made_is_taken(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _add_current_state(stub)
        for call in ("create_model", "create_endpoint_config"):
            stub.add_client_error(
                call, "ValidationException", "Cannot create already existing model"
            )
        stub.add_client_error("update_endpoint", "ResourceLimitExceeded", "no more instances")
        with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded):
            update_endpoint(_account(sagemaker), "next-1", archive_url=ARCHIVE)
        stub.assert_no_pending_responses()
