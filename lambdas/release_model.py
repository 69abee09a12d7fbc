"""Brings a release's model into the models bucket for CloudFormation, and says which one answers.

A version is written once, and the pointer is left where somebody has put it, so that a deploy
undoes no promotion and no rollback. Nothing is removed, ever.
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

# One for all releases: to CloudFormation another id would be another resource.
_PHYSICAL_ID = "model-release"
_TELL_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`failure` is a sentence, empty where all went well; `data` are the resource's attributes."""

    failure: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Answers each request, whatever happens: CloudFormation would wait for it for an hour."""
    asked = CloudFormationCustomResourceEvent(event)
    outcome = Outcome(failure="The release ended in an error that its function's log names.")
    try:
        outcome = _outcome(asked)
    finally:
        _tell(asked, outcome)


def _outcome(asked: CloudFormationCustomResourceEvent) -> Outcome:
    if asked.request_type == "Delete":
        return Outcome()
    try:
        return Outcome(data=_release(asked.resource_properties))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return Outcome(failure=f"S3 answered {code} to {error.operation_name}.")
    except BotoCoreError as error:
        return Outcome(failure=f"S3 could not be asked: {type(error).__name__}.")
    except ModelMissingError as error:
        return Outcome(failure=f"{error}. Promote a version that is there, then deploy again.")


def _release(wanted: Mapping[str, Any]) -> dict[str, str]:
    """`Files` maps each path of `ModelVersion` to its key in `AssetsBucket`."""
    version, bucket = wanted["ModelVersion"], wanted["ModelsBucket"]
    files = ModelsBucket(clients.s3(), bucket)
    kept = [path for path in wanted["Files"] if not _place(files, path, wanted)]
    current = files.create_pointer(version)
    if wanted.get("Endpoint") and files.read_metadata(current, ARCHIVE_FILE) is None:
        raise ModelMissingError(f"{file_key(current, ARCHIVE_FILE)} is not in the models bucket")
    said = describe_current_version(current=current, bundled=version)
    if kept:
        said += f"; {', '.join(kept)} of {version} stayed as first released"
    logger.info("The model is released", extra={"model": said})
    return {
        "CurrentVersion": current,
        "ModelDataUrl": files.file_url(current, ARCHIVE_FILE),
        "Says": said,
    }


def _place(files: ModelsBucket, path: str, wanted: Mapping[str, Any]) -> bool:
    """Copies a file that is absent. False where one is there that was made of other bytes.

    Looking first is enough: CloudFormation changes a stack once at a time.
    """
    version, key = wanted["ModelVersion"], wanted["Files"][path]
    metadata = files.read_metadata(version, path)
    if metadata is None:
        files.copy_file(version, path, bucket=wanted["AssetsBucket"], key=key)
        return True
    return metadata.get(COPIED_FROM, key) == key


def _tell(asked: CloudFormationCustomResourceEvent, outcome: Outcome) -> None:
    """Where this fails too, Lambda calls the function again."""
    answer = {
        "Status": "FAILED" if outcome.failure else "SUCCESS",
        "Reason": outcome.failure,
        "PhysicalResourceId": _PHYSICAL_ID,
        "StackId": asked.stack_id,
        "RequestId": asked.request_id,
        "LogicalResourceId": asked.logical_resource_id,
        "Data": outcome.data,
    }
    # The address is signed for an empty content type.
    told = Request(
        asked.response_url,
        data=json.dumps(answer).encode(),
        headers={"Content-Type": ""},
        method="PUT",
    )
    with urlopen(told, timeout=_TELL_SECONDS):
        pass
