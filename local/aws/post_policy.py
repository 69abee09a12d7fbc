"""Forms posted to moto's S3, held to the policy that was signed for them, as S3 holds them."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from moto.s3.responses import S3Response
from werkzeug.exceptions import HTTPException


class S3Error(HTTPException):
    """An answer of S3 that moto does not give."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"<Error><Code>{code}</Code><Message>{message}</Message></Error>")
        self.code = status


def as_a_form(respond: Callable[..., Any]) -> Callable[..., Any]:
    """moto answers a posted form without the headers that the bucket's CORS rule asks for, and does
    not hold its file to the policy that was signed.
    """

    @wraps(respond)
    def answer(response: S3Response, request: Any, bucket_name: str) -> Any:
        try:
            _hold_to_policy(response)
            status, headers, body = respond(response, request, bucket_name)
        except S3Error as error:
            status, headers, body = error.code, {}, error.description
        return status, {**headers, **response._get_cors_headers_other()}, body

    return answer


def _hold_to_policy(response: S3Response) -> None:
    """Raises what S3 answers where the form has expired, or its file is of another size."""
    if "policy" not in response.querystring:
        return
    policy = json.loads(base64.b64decode(response.querystring["policy"][0]))
    if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
        raise S3Error(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    for condition in policy["conditions"]:
        if isinstance(condition, list) and condition[0] == "content-length-range":
            _, least, most = condition
            if len(response.body) < int(least):
                raise S3Error(400, "EntityTooSmall", "The file is smaller than announced.")
            if len(response.body) > int(most):
                raise S3Error(400, "EntityTooLarge", "The file is larger than announced.")
