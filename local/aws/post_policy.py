"""Enforces the signed policy of forms posted to moto's S3, as S3 itself does."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from moto.s3.responses import S3Response
from werkzeug.exceptions import HTTPException


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
            _check_policy(response)
            status, headers, body = respond(response, request, bucket_name)
        except S3Error as error:
            status, headers, body = error.code, {}, error.description
        return status, {**headers, **response._get_cors_headers_other()}, body

    return respond_to_form


def _check_policy(response: S3Response) -> None:
    """Raises S3Error if the form has expired or its file is outside the signed size range."""
    if "policy" not in response.querystring:
        return
    policy = json.loads(base64.b64decode(response.querystring["policy"][0]))
    if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
        raise S3Error(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    for condition in policy["conditions"]:
        if isinstance(condition, list) and condition[0] == "content-length-range":
            _, min_bytes, max_bytes = condition
            if len(response.body) < int(min_bytes):
                raise S3Error(400, "EntityTooSmall", "The file is smaller than announced.")
            if len(response.body) > int(max_bytes):
                raise S3Error(400, "EntityTooLarge", "The file is larger than announced.")
