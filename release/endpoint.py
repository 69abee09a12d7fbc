"""Puts a version behind the running endpoint: made as the endpoint is now, but for its weights."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from contracts.training import BAKE_SECONDS
from release.account import Cloud, CloudError

# What a model and a configuration are described with that cannot be asked for.
_MODEL = ("PrimaryContainer", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation")
_CONFIG = ("KmsKeyId", "DataCaptureConfig", "VpcConfig", "ExecutionRoleArn")
_IS_THERE = "ValidationException"
_MORE_THAN_AN_HOUR = {"Delay": 30, "MaxAttempts": 130}


def serves(cloud: Cloud) -> str:
    """The archive that the endpoint serves, or is about to; empty where there is no endpoint."""
    if not cloud.place.endpoint_name:
        return ""
    sagemaker = cloud.client("sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName=cloud.place.endpoint_name)
    model, _ = _made_of(sagemaker, _pending(endpoint) or endpoint["EndpointConfigName"])
    return str(model["PrimaryContainer"].get("ModelDataUrl", ""))


def serve(cloud: Cloud, version: str, *, archive: str, guarded: bool = True) -> None:
    """Waits until the endpoint serves the archive. Raises CloudError where it stays as it was.

    Not `guarded`, no alarm stops it: on the way back the old fleet is what makes them ring.

    A change to it that is under way, of a command that was stopped, is waited for.
    """
    sagemaker, name = cloud.client("sagemaker"), cloud.place.endpoint_name
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    model, config = _made_of(sagemaker, endpoint["EndpointConfigName"])
    wanted = _name(name, _changed(model, archive), config)
    pending = _pending(endpoint)
    if endpoint["EndpointStatus"] != "InService" and pending != wanted:
        status = endpoint["EndpointStatus"]
        raise CloudError(f"{name} is {status}. Start again once it is InService.")
    if pending != wanted:
        if model["PrimaryContainer"].get("ModelDataUrl") == archive:
            return
        _create(sagemaker, wanted, model=_changed(model, archive), config=config, version=version)
        sagemaker.update_endpoint(
            EndpointName=name,
            EndpointConfigName=wanted,
            RetainAllVariantProperties=True,
            DeploymentConfig=_deployment(cloud, guarded=guarded),
        )
    _wait(sagemaker, name, wanted=wanted, version=version)


def _pending(endpoint: Mapping[str, Any]) -> str:
    """The configuration that the endpoint changes to; empty where it does not."""
    return str(endpoint.get("PendingDeploymentSummary", {}).get("EndpointConfigName", ""))


def _made_of(sagemaker: Any, config_name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    config = sagemaker.describe_endpoint_config(EndpointConfigName=config_name)
    [variant] = config["ProductionVariants"]
    return sagemaker.describe_model(ModelName=variant["ModelName"]), config


def _changed(model: Mapping[str, Any], archive: str) -> dict[str, Any]:
    """The same model with other weights."""
    container = {**model["PrimaryContainer"], "ModelDataUrl": archive}
    container.pop("ModelDataSource", None)
    return {**_part(model, _MODEL), "PrimaryContainer": container}


def _name(endpoint: str, model: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """One name for model and configuration, by all that they are made of: made again, the same."""
    [variant] = config["ProductionVariants"]
    made_of = json.dumps(
        [model, _part(config, _CONFIG), {**variant, "ModelName": ""}], sort_keys=True
    )
    return f"{endpoint}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"


def _deployment(cloud: Cloud, *, guarded: bool) -> dict[str, Any]:
    """As the stack deploys."""
    shift = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": BAKE_SECONDS}
    deployment: dict[str, Any] = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": shift}}
    if guarded:
        alarms = [{"AlarmName": name} for name in cloud.place.endpoint_alarms.split(",")]
        deployment["AutoRollbackConfiguration"] = {"Alarms": alarms}
    return deployment


def _create(
    sagemaker: Any,
    name: str,
    *,
    model: Mapping[str, Any],
    config: Mapping[str, Any],
    version: str,
) -> None:
    [variant] = config["ProductionVariants"]
    tags = [
        {"Key": "project", "Value": "chest-xray-screening"},
        {"Key": "model-version", "Value": version},
    ]
    _unless_there(sagemaker.create_model, ModelName=name, Tags=tags, **model)
    _unless_there(
        sagemaker.create_endpoint_config,
        EndpointConfigName=name,
        ProductionVariants=[{**variant, "ModelName": name}],
        Tags=tags,
        **_part(config, _CONFIG),
    )


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
    # Where the waiter gives up, the endpoint itself says below what became of it.
    with suppress(WaiterError):
        sagemaker.get_waiter("endpoint_in_service").wait(
            EndpointName=name, WaiterConfig=_MORE_THAN_AN_HOUR
        )
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    status = endpoint["EndpointStatus"]
    if status != "InService" or endpoint["EndpointConfigName"] != wanted:
        why = endpoint.get("FailureReason") or (
            "an alarm rang" if status == "InService" else "it has not ended in an hour"
        )
        raise CloudError(f"{name} did not take {version}: {why}. It is {status}.")
