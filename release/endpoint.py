"""Updates the running endpoint to another version, and changes nothing but its weights."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from contracts.training import BAKE_SECONDS
from release.stage_account import StageAccount, StageError

# The fields that the describe calls return and the create calls accept.
_MODEL_FIELDS = ("PrimaryContainer", "ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation")
_CONFIG_FIELDS = ("KmsKeyId", "DataCaptureConfig", "VpcConfig", "ExecutionRoleArn")
# SageMaker's code for a name that exists; its message tells it from other causes.
_NAME_EXISTS_CODE = "ValidationException"
# 65 minutes.
_WAITER_CONFIG = {"Delay": 30, "MaxAttempts": 130}


def read_archive_url(account: StageAccount) -> str:
    """The archive that the endpoint serves or changes to; empty where there is no endpoint."""
    if not account.environment.endpoint_name:
        return ""
    sagemaker = account.client("sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName=account.environment.endpoint_name)
    config_name = _pending_config(endpoint) or endpoint["EndpointConfigName"]
    model, _ = _describe_model_and_config(sagemaker, config_name)
    return str(model["PrimaryContainer"].get("ModelDataUrl", ""))


def update_endpoint(
    account: StageAccount, version: str, *, archive_url: str, rollback_on_alarm: bool = True
) -> None:
    """Waits until the endpoint serves the archive. Raises StageError if it keeps the old version.

    If an interrupted command has already begun the same update, waits for that one. A rollback
    passes `rollback_on_alarm=False`: the old fleet is what makes the alarms ring.
    """
    sagemaker, name = account.client("sagemaker"), account.environment.endpoint_name
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    current_model, config = _describe_model_and_config(sagemaker, endpoint["EndpointConfigName"])
    model = _with_archive(current_model, archive_url)
    config_name = _config_name(name, model, config)
    pending_config = _pending_config(endpoint)
    if endpoint["EndpointStatus"] != "InService" and pending_config != config_name:
        status = endpoint["EndpointStatus"]
        raise StageError(f"{name} is {status}. Start again once it is InService.")
    if pending_config != config_name:
        if current_model["PrimaryContainer"].get("ModelDataUrl") == archive_url:
            return
        _create_model_and_config(
            sagemaker, config_name, model=model, config=config, version=version
        )
        sagemaker.update_endpoint(
            EndpointName=name,
            EndpointConfigName=config_name,
            RetainAllVariantProperties=True,
            DeploymentConfig=_deployment_config(account, rollback_on_alarm=rollback_on_alarm),
        )
    _wait_until_in_service(sagemaker, name, config_name=config_name, version=version)


def create_config(
    sagemaker: Any, endpoint: str, *, base: str, archive_url: str, version: str
) -> str:
    """The configuration by which an endpoint starts with the archive: `base` where it has that
    already, else a new one with all else as in `base`.
    """
    current_model, config = _describe_model_and_config(sagemaker, base)
    if current_model["PrimaryContainer"].get("ModelDataUrl") == archive_url:
        return base
    model = _with_archive(current_model, archive_url)
    name = _config_name(endpoint, model, config)
    _create_model_and_config(sagemaker, name, model=model, config=config, version=version)
    return name


def _pending_config(endpoint: Mapping[str, Any]) -> str:
    """The configuration that the endpoint changes to; empty where it does not change."""
    return str(endpoint.get("PendingDeploymentSummary", {}).get("EndpointConfigName", ""))


def _describe_model_and_config(
    sagemaker: Any, config_name: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    config = sagemaker.describe_endpoint_config(EndpointConfigName=config_name)
    [variant] = config["ProductionVariants"]
    return sagemaker.describe_model(ModelName=variant["ModelName"]), config


def _with_archive(model: Mapping[str, Any], archive_url: str) -> dict[str, Any]:
    """Returns the same model with other weights, as `create_model` accepts it."""
    container = {**model["PrimaryContainer"], "ModelDataUrl": archive_url}
    container.pop("ModelDataSource", None)
    return {**_select(model, _MODEL_FIELDS), "PrimaryContainer": container}


def _config_name(endpoint: str, model: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """One name for model and configuration, from a hash of their content.

    So the same update has the same name, and a repeated command creates nothing twice.
    """
    [variant] = config["ProductionVariants"]
    content = json.dumps(
        [model, _select(config, _CONFIG_FIELDS), {**variant, "ModelName": ""}], sort_keys=True
    )
    return f"{endpoint}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _deployment_config(account: StageAccount, *, rollback_on_alarm: bool) -> dict[str, Any]:
    """The same settings with which the stack deploys the endpoint."""
    shift = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": BAKE_SECONDS}
    deployment: dict[str, Any] = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": shift}}
    if rollback_on_alarm:
        names = account.environment.endpoint_alarms.split(",")
        deployment["AutoRollbackConfiguration"] = {
            "Alarms": [{"AlarmName": name} for name in names]
        }
    return deployment


def _create_model_and_config(
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
    _create_if_absent(sagemaker.create_model, ModelName=name, Tags=tags, **model)
    _create_if_absent(
        sagemaker.create_endpoint_config,
        EndpointConfigName=name,
        ProductionVariants=[{**variant, "ModelName": name}],
        Tags=tags,
        **_select(config, _CONFIG_FIELDS),
    )


def _select(description: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    return {field: description[field] for field in fields if field in description}


def _create_if_absent(create: Any, **request: Any) -> None:
    try:
        create(**request)
    except ClientError as error:
        details = error.response["Error"]
        if details["Code"] != _NAME_EXISTS_CODE or "already exist" not in details["Message"]:
            raise


def _wait_until_in_service(sagemaker: Any, name: str, *, config_name: str, version: str) -> None:
    # If the waiter gives up, the endpoint's own description below says why.
    with suppress(WaiterError):
        sagemaker.get_waiter("endpoint_in_service").wait(
            EndpointName=name, WaiterConfig=_WAITER_CONFIG
        )
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    status = endpoint["EndpointStatus"]
    if status != "InService" or endpoint["EndpointConfigName"] != config_name:
        reason = endpoint.get("FailureReason") or (
            "an alarm rang" if status == "InService" else "it has not ended in an hour"
        )
        raise StageError(f"{name} did not take {version}: {reason}. It is {status}.")
