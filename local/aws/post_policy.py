"""Enforces the signed policy of forms posted to moto's S3, as S3 itself does."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from moto.s3.responses import S3Response
from werkzeug.exceptions import HTTPException

from local.aws.signatures import SignatureError, check_form

_SIZE = "content-length-range"
# The policy of a form cannot name these, or need not.
_UNCHECKED_FIELDS = {"policy", "x-amz-signature", "file"}


class S3Error(HTTPException):
    """An error of S3 that moto does not return."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"<Error><Code>{code}</Code><Message>{message}</Message></Error>")
        self.code = status


def enforce_post_policy(respond: Callable[..., Any]) -> Callable[..., Any]:
    """Wraps moto's handler of posted forms, which checks no policy and sends no CORS headers."""

    @wraps(respond)
    def respond_to_form(response: S3Response, request: Any, bucket_name: str) -> Any:
        try:
            # A program that is signed by header posts here as well, to delete several objects.
            if "Authorization" not in request.headers:
                _check_form(response, request, bucket_name)
            status, headers, body = respond(response, request, bucket_name)
        except S3Error as error:
            status, headers, body = error.code, {}, error.description
        return status, {**headers, **response._get_cors_headers_other()}, body

    return respond_to_form


def _check_form(response: S3Response, request: Any, bucket: str) -> None:
    """Raises S3Error unless the form is signed, has not expired, and keeps to its policy."""
    fields = _read_fields(request.form)
    try:
        check_form(fields.get("policy", ""), fields)
    except SignatureError as error:
        raise S3Error(403, str(error), "The form is not signed.") from error
    policy = json.loads(base64.b64decode(fields["policy"]))
    if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
        raise S3Error(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    names = {"bucket"}
    for condition in policy["conditions"]:
        kind, name, value = _read_condition(condition)
        if kind == _SIZE:
            _check_size(len(response.body), int(name), int(value))
        else:
            names.add(name)
            _check_condition(kind, name, value, {**fields, "bucket": bucket})
    if extra := sorted(fields.keys() - names - _UNCHECKED_FIELDS):
        raise S3Error(403, "AccessDenied", f"Invalid according to Policy: Extra fields: {extra}.")


def _read_fields(form: Any) -> dict[str, str]:
    """Returns the fields by their names in lower case. Raises S3Error where one comes twice."""
    fields: dict[str, str] = {}
    for name, value in form.items(multi=True):
        if name.lower() in fields:
            raise S3Error(400, "InvalidArgument", "The form has a field twice.")
        fields[name.lower()] = value
    return fields


def _read_condition(condition: Any) -> tuple[str, str, str]:
    """Returns kind, name of the field, and value, or the sizes of a range."""
    if isinstance(condition, dict):
        [(name, value)] = condition.items()
        return "eq", name.lower(), value
    kind, name, value = condition
    return kind.lower(), str(name).removeprefix("$").lower(), value


def _check_condition(kind: str, name: str, value: str, fields: Mapping[str, str]) -> None:
    field = fields.get(name, "")
    holds = field.startswith(value) if kind == "starts-with" else field == value
    if not holds:
        text = f"Invalid according to Policy: Policy Condition failed: {name}"
        raise S3Error(403, "AccessDenied", text)


def _check_size(size: int, min_bytes: int, max_bytes: int) -> None:
    if size < min_bytes:
        raise S3Error(400, "EntityTooSmall", "The file is smaller than announced.")
    if size > max_bytes:
        raise S3Error(400, "EntityTooLarge", "The file is larger than announced.")
