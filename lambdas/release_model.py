"""Copies the model of a release into the models bucket, as a custom resource of CloudFormation.

Each version is written once. The pointer to the current version is written only where there is
none, so a deploy reverts no promotion and no rollback. Nothing is ever removed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

from aws_lambda_powertools.utilities.data_classes import CloudFormationCustomResourceEvent
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from contracts.model_layout import ARCHIVE_FILE, COPIED_FROM, file_key
from lambdas import clients
from lambdas.observability import logger, tracer
from storage.models_bucket import ModelMissingError, ModelsBucket, describe_current_version

# The same for all releases: CloudFormation takes another id for another resource.
_PHYSICAL_ID = "model-release"
_RESPONSE_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`failure` is a sentence, empty after a success; `data` are the resource's attributes."""

    failure: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Answers each request, after an error too: CloudFormation waits for an answer for an hour."""
    request = CloudFormationCustomResourceEvent(event)
    outcome = Outcome(failure="The release ended in an error that its function's log names.")
    try:
        outcome = _handle(request)
    finally:
        _send_response(request, outcome)


def _handle(request: CloudFormationCustomResourceEvent) -> Outcome:
    if request.request_type == "Delete":
        return Outcome()
    try:
        return Outcome(data=_release(request.resource_properties))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return Outcome(failure=f"S3 answered {code} to {error.operation_name}.")
    except BotoCoreError as error:
        return Outcome(failure=f"S3 could not be asked: {type(error).__name__}.")
    except ModelMissingError as error:
        return Outcome(failure=f"{error}. Promote a version that is there, then deploy again.")


def _release(properties: Mapping[str, Any]) -> dict[str, str]:
    """`Files` maps each path of `ModelVersion` to its key in `AssetsBucket`."""
    version = str(properties["ModelVersion"])
    models = ModelsBucket(clients.s3(), properties["ModelsBucket"])
    unchanged = [path for path in properties["Files"] if not _copy_file(models, path, properties)]
    current = models.create_pointer(version)
    if properties.get("Endpoint") and models.read_metadata(current, ARCHIVE_FILE) is None:
        raise ModelMissingError(f"{file_key(current, ARCHIVE_FILE)} is not in the models bucket")
    description = describe_current_version(current=current, bundled=version)
    if unchanged:
        description += f"; {', '.join(unchanged)} of {version} stayed as first released"
    logger.info("The model is released", extra={"model": description})
    return {
        "CurrentVersion": current,
        "ModelDataUrl": models.file_url(current, ARCHIVE_FILE),
        "Says": description,
    }


def _copy_file(models: ModelsBucket, path: str, properties: Mapping[str, Any]) -> bool:
    """Copies a file that is absent. Returns False where the version already has this file from
    other bytes.

    A check before the copy suffices: CloudFormation runs one change of a stack at a time.
    """
    version, key = str(properties["ModelVersion"]), str(properties["Files"][path])
    metadata = models.read_metadata(version, path)
    if metadata is None:
        models.copy_file(version, path, bucket=properties["AssetsBucket"], key=key)
        return True
    return metadata.get(COPIED_FROM, key) == key


def _send_response(request: CloudFormationCustomResourceEvent, outcome: Outcome) -> None:
    """Sends the outcome to CloudFormation. Where that fails, Lambda calls the function again."""
    body = {
        "Status": "FAILED" if outcome.failure else "SUCCESS",
        "Reason": outcome.failure,
        "PhysicalResourceId": _PHYSICAL_ID,
        "StackId": request.stack_id,
        "RequestId": request.request_id,
        "LogicalResourceId": request.logical_resource_id,
        "Data": outcome.data,
    }
    response = Request(
        request.response_url,
        data=json.dumps(body).encode(),
        # The address is signed for an empty content type.
        headers={"Content-Type": ""},
        method="PUT",
    )
    with urlopen(response, timeout=_RESPONSE_SECONDS):
        pass
