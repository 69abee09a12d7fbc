"""The calls of SageMaker in an update of the endpoint, as `Stubber` expects and answers them."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from botocore.stub import ANY, Stubber

from contracts.training import BAKE_SECONDS
from release.stage_account import StageAccount
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


def build_account(sagemaker: Any) -> StageAccount:
    environment = replace(ENVIRONMENT, stage="prod", endpoint_name=ENDPOINT)
    return StageAccount(environment=environment, session=Session(sagemaker))


def build_endpoint(config: str, status: str = "InService", **fields: Any) -> dict[str, Any]:
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


def add_current_state(stub: Stubber, **fields: Any) -> None:
    """Adds the responses that describe the endpoint as the stack has created it."""
    endpoint = build_endpoint("from-the-stack", **fields)
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


def add_update(stub: Stubber, name: SameName) -> None:
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


def add_undone_update(stub: Stubber, name: SameName) -> None:
    """Adds an update that SageMaker undoes; the waiter describes the endpoint once, and we do."""
    add_current_state(stub)
    add_update(stub, name)
    for _ in range(2):
        stub.add_response("describe_endpoint", build_endpoint("from-the-stack"))
