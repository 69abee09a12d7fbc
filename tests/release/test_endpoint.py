"""The endpoint takes a version as a whole fleet, and the pointer waits for it.

botocore's Stubber answers for SageMaker, because moto has no UpdateEndpoint; requests and answers
are both held to SageMaker's model.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from contracts.training import BAKE_SECONDS
from release.account import Cloud, CloudError
from release.endpoint import serve, serves
from tests.release.stage import PLACE

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
    stubbed: Any

    def client(self, service: str, region_name: str) -> Any:
        assert (service, region_name) == ("sagemaker", "us-east-1")
        return self.stubbed


@pytest.fixture
def sagemaker() -> Any:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client("sagemaker", region_name="us-east-1", **keys)


def _cloud(sagemaker: Any) -> Cloud:
    place = replace(PLACE, stage="prod", endpoint_name=ENDPOINT)
    return Cloud(place=place, session=Session(sagemaker))


def _endpoint(config: str, status: str = "InService", **more: Any) -> dict[str, Any]:
    return {
        "EndpointName": ENDPOINT,
        "EndpointArn": ARN,
        "EndpointConfigName": config,
        "EndpointStatus": status,
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        # What was sent last may be a way back, without alarms: it is not sent again.
        "LastDeploymentConfig": {"BlueGreenUpdatePolicy": BLUE_GREEN},
        **more,
    }


def _as_it_is(stub: Stubber, **more: Any) -> None:
    now = _endpoint("from-the-stack", **more)
    stub.add_response("describe_endpoint", now, {"EndpointName": ENDPOINT})
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
        "ExecutionRoleArn": PLACE.role_arn,
        "VpcConfig": NETWORK,
        "EnableNetworkIsolation": True,
        "CreationTime": NOW,
        "ModelArn": ARN,
    }
    stub.add_response("describe_model", model, {"ModelName": "from-the-stack"})


class Name:
    """Whatever the model was called, the rest must be called, too."""

    said = ""

    def __eq__(self, other: object) -> bool:
        self.said = self.said or str(other)
        return other == self.said


def _update(stub: Stubber, name: Name) -> None:
    container = {**CONTAINER, "ModelDataUrl": ARCHIVE}
    model = {
        "ModelName": name,
        "PrimaryContainer": container,
        "ExecutionRoleArn": PLACE.role_arn,
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
    """The name follows from what is made, so that the same again is no second model."""
    name = Name()
    with Stubber(sagemaker) as stub:
        _rolled_back(stub, name)
        with pytest.raises(CloudError):
            serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)
    assert name.said.startswith(f"{ENDPOINT}-")
    assert len(name.said) <= 63
    with Stubber(sagemaker) as stub:
        _as_it_is(stub)
        _update(stub, name)
        for _ in range(2):
            stub.add_response("describe_endpoint", _endpoint(name.said))
        serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)
        stub.assert_no_pending_responses()


def test_a_change_that_is_under_way_is_waited_for(sagemaker: Any) -> None:
    """As a command leaves it that was stopped while it waited."""
    name = Name()
    with Stubber(sagemaker) as stub:
        _rolled_back(stub, name)
        with pytest.raises(CloudError):
            serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)
    pending = {"EndpointConfigName": name.said}
    with Stubber(sagemaker) as stub:
        _as_it_is(stub, status="Updating", PendingDeploymentSummary=pending)
        for _ in range(2):
            stub.add_response("describe_endpoint", _endpoint(name.said))
        serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)
        stub.assert_no_pending_responses()


def _rolled_back(stub: Stubber, name: Name) -> None:
    """The waiter asks once, and we ask once more."""
    _as_it_is(stub)
    _update(stub, name)
    for _ in range(2):
        stub.add_response("describe_endpoint", _endpoint("from-the-stack"))


def test_an_alarm_brings_the_version_before_back_and_is_told_of(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _rolled_back(stub, Name())
        with pytest.raises(CloudError, match="did not take next-1: an alarm rang"):
            serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)


def test_on_the_way_back_no_alarm_stops_the_change(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _as_it_is(stub)
        stub.add_response("create_model", {"ModelArn": ARN})
        stub.add_response("create_endpoint_config", {"EndpointConfigArn": ARN})
        update = {
            "EndpointName": ENDPOINT,
            "EndpointConfigName": Name(),
            "RetainAllVariantProperties": True,
            "DeploymentConfig": {"BlueGreenUpdatePolicy": BLUE_GREEN},
        }
        stub.add_client_error("update_endpoint", "Stopped", "here", expected_params=update)
        with pytest.raises(ClientError, match="here"):
            serve(_cloud(sagemaker), "next-1", archive=ARCHIVE, guarded=False)
        stub.assert_no_pending_responses()


def test_an_endpoint_that_cannot_start_says_why(sagemaker: Any) -> None:
    failed = _endpoint("from-the-stack", "Failed", FailureReason="no capacity")
    with Stubber(sagemaker) as stub:
        _as_it_is(stub)
        _update(stub, Name())
        for _ in range(2):
            stub.add_response("describe_endpoint", failed)
        with pytest.raises(CloudError, match=r"no capacity\. It is Failed"):
            serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)


def test_an_endpoint_that_is_changing_is_left_alone(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _as_it_is(stub, status="Updating")
        with pytest.raises(CloudError, match=r"is Updating\. Start again"):
            serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)


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
        now = _endpoint("from-the-stack", "Updating", PendingDeploymentSummary=pending)
        stub.add_response("describe_endpoint", now)
        name = {"EndpointConfigName": "from-a-promotion"}
        stub.add_response("describe_endpoint_config", config, name)
        stub.add_response("describe_model", model, {"ModelName": "from-a-promotion"})
        assert serves(_cloud(sagemaker)) == ARCHIVE


def test_an_endpoint_that_serves_the_version_is_not_touched(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _as_it_is(stub)
        serve(_cloud(sagemaker), "first-1", archive=str(CONTAINER["ModelDataUrl"]))
        stub.assert_no_pending_responses()


def test_what_a_try_before_has_made_is_taken(sagemaker: Any) -> None:
    with Stubber(sagemaker) as stub:
        _as_it_is(stub)
        for call in ("create_model", "create_endpoint_config"):
            stub.add_client_error(
                call, "ValidationException", "Cannot create already existing model"
            )
        stub.add_client_error("update_endpoint", "ResourceLimitExceeded", "no more instances")
        with pytest.raises(sagemaker.exceptions.ResourceLimitExceeded):
            serve(_cloud(sagemaker), "next-1", archive=ARCHIVE)
        stub.assert_no_pending_responses()
