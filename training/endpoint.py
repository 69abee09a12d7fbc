"""Puts a version behind the running endpoint: made as the endpoint is now, but for its weights."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from training.cloud import Cloud, CloudError

# What a model and a configuration are described with that cannot be asked for.
_MODEL = ("PrimaryContainer", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation")
_CONFIG = ("KmsKeyId", "DataCaptureConfig", "VpcConfig", "ExecutionRoleArn")
_IS_THERE = "ValidationException"
_MORE_THAN_AN_HOUR = {"Delay": 30, "MaxAttempts": 130}


def serve(cloud: Cloud, version: str, *, archive: str) -> None:
    """Waits until the endpoint serves the archive. Raises CloudError where it stays as it was."""
    sagemaker, name = cloud.client("sagemaker"), cloud.place.endpoint_name
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    if endpoint["EndpointStatus"] != "InService":
        status = endpoint["EndpointStatus"]
        raise CloudError(f"{name} is {status}. Start again once it is InService.")
    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    [variant] = config["ProductionVariants"]
    model = sagemaker.describe_model(ModelName=variant["ModelName"])
    if model["PrimaryContainer"].get("ModelDataUrl") == archive:
        return
    wanted = _create(sagemaker, name, model=model, config=config, archive=archive, version=version)
    deployment = endpoint.get("LastDeploymentConfig")
    sagemaker.update_endpoint(
        EndpointName=name,
        EndpointConfigName=wanted,
        RetainAllVariantProperties=True,
        **({"DeploymentConfig": deployment} if deployment else {}),
    )
    _wait(sagemaker, name, wanted=wanted, version=version)


def _create(
    sagemaker: Any,
    endpoint: str,
    *,
    model: Mapping[str, Any],
    config: Mapping[str, Any],
    archive: str,
    version: str,
) -> str:
    """One name for both, by all that they are made of: made again, they are the same ones."""
    [variant] = config["ProductionVariants"]
    container = {**model["PrimaryContainer"], "ModelDataUrl": archive}
    container.pop("ModelDataSource", None)
    new_model = {**_part(model, _MODEL), "PrimaryContainer": container}
    new_config = _part(config, _CONFIG)
    made_of = json.dumps([new_model, new_config, {**variant, "ModelName": ""}], sort_keys=True)
    name = f"{endpoint}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"
    tags = [
        {"Key": "project", "Value": "chest-xray-screening"},
        {"Key": "model-version", "Value": version},
    ]
    _unless_there(sagemaker.create_model, ModelName=name, Tags=tags, **new_model)
    _unless_there(
        sagemaker.create_endpoint_config,
        EndpointConfigName=name,
        ProductionVariants=[{**variant, "ModelName": name}],
        Tags=tags,
        **new_config,
    )
    return name


def _part(described: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: described[name] for name in names if name in described}


def _unless_there(create: Any, **made_of: Any) -> None:
    try:
        create(**made_of)
    except ClientError as error:
        refused = error.response["Error"]
        if refused["Code"] != _IS_THERE or "already exist" not in refused["Message"]:
            raise


def _wait(sagemaker: Any, name: str, *, wanted: str, version: str) -> None:
    failed = None
    try:
        sagemaker.get_waiter("endpoint_in_service").wait(
            EndpointName=name, WaiterConfig=_MORE_THAN_AN_HOUR
        )
    except WaiterError as error:
        failed = error
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    if failed or endpoint["EndpointConfigName"] != wanted:
        why = endpoint.get("FailureReason") or "an alarm rang, or it did not start"
        raise CloudError(
            f"{name} did not take {version}: {why}. It is {endpoint['EndpointStatus']}, and the "
            "pointer has not moved."
        )
