"""Converts HTTP requests to events of API Gateway's REST proxy integration, and answers back.

The events have payload version 1.0 as AWS documents it; see tests/local/api_gateway/events.
"""

import base64
import binascii
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from local.http_server import Request, Response
from local.settings import ACCOUNT

DEFAULT_STAGE = "local"
_API_ID = "local"

# API Gateway sets these headers itself and renames those of a function.
_RENAMED_HEADERS = frozenset({"connection", "content-length", "date", "server", "www-authenticate"})
_REMOVED_HEADERS = frozenset({"transfer-encoding"})


class MalformedAnswerError(ValueError):
    """The function's answer is not a proxy response; the client receives a 502."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """`base` is the path before `{proxy+}`. A request to `base` itself is a resource of its own."""

    base: str

    def match(self, path: str) -> tuple[str, dict[str, str] | None]:
        """Returns the resource that matches `path`, and its path parameters."""
        rest = path.removeprefix(self.base)
        if not rest:
            return self.base, None
        return f"{self.base}{{proxy+}}", {"proxy": unquote(rest)}


def build_event(
    request: Request, route: Route, *, claims: Mapping[str, str] | None, prefix: str = ""
) -> dict[str, Any]:
    """Builds the event for the function behind `route`.

    The target of `request` is without `prefix`, the path of a stage without a domain of its own.
    `claims` is None on a route without an authoriser.
    """
    resource, parameters = route.match(request.path)
    headers = [*request.headers, *_forwarded_headers(request)]
    query = request.query
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _group_values(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _group_values(query) or None,
        "pathParameters": parameters,
        "stageVariables": None,
        "requestContext": _build_context(request, resource, claims=claims, prefix=prefix),
        # Always base64, because the API declares `*/*` as binary.
        "body": base64.b64encode(request.body).decode() if request.body else None,
        "isBase64Encoded": bool(request.body),
    }


def parse_answer(payload: bytes) -> Response:
    """Parses a function's answer. Raises MalformedAnswerError."""
    try:
        answer = json.loads(payload)
        body = answer.get("body") or ""
        is_encoded = answer.get("isBase64Encoded", False)
        content = base64.b64decode(body, validate=True) if is_encoded else body.encode()
        status = HTTPStatus(int(answer["statusCode"]))
        return Response(status=status, headers=_merge_headers(answer), body=content)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise MalformedAnswerError(f"not a proxy response: {error}") from error


def format_claims(token_claims: Mapping[str, Any]) -> dict[str, str]:
    """Formats a token's claims as the Cognito authoriser does: groups are joined by commas, `exp`
    and `iat` are dates, everything is a string.
    """
    return {name: _format_claim(name, value) for name, value in token_claims.items()}


def _format_claim(name: str, value: Any) -> str:
    if name in ("exp", "iat"):
        return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(value))
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)


def _build_context(
    request: Request, resource: str, *, claims: Mapping[str, str] | None, prefix: str
) -> dict[str, Any]:
    now = time.time()
    host = request.header("Host") or ""
    authorizer = {"authorizer": {"claims": dict(claims)}} if claims is not None else {}
    return {
        "accountId": ACCOUNT,
        "apiId": _API_ID,
        **authorizer,
        "domainName": host.split(":")[0],
        "domainPrefix": host.split(":")[0].split(".")[0],
        "extendedRequestId": uuid.uuid4().hex[:15],
        "httpMethod": request.method,
        "identity": _build_identity(request),
        "path": f"{prefix}{request.path}",
        "protocol": "HTTP/1.1",
        "requestId": str(uuid.uuid4()),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": resource,
        "resourcePath": resource,
        "stage": prefix.strip("/") or DEFAULT_STAGE,
    }


def _build_identity(request: Request) -> dict[str, str | None]:
    unused = "accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType"
    more = "cognitoIdentityId cognitoIdentityPoolId principalOrgId user userArn"
    empty: dict[str, str | None] = dict.fromkeys(f"{unused} {more}".split())
    return {**empty, "sourceIp": request.source_ip, "userAgent": request.header("User-Agent")}


def _forwarded_headers(request: Request) -> list[tuple[str, str]]:
    host = request.header("Host") or ""
    return [
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", host.rpartition(":")[2]),
        ("X-Forwarded-Proto", "http"),
    ]


def _group_values(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _merge_headers(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Merges `multiValueHeaders` and `headers`; a pair that is in both is sent once."""
    multiple = [
        (name, str(value))
        for name, values in (answer.get("multiValueHeaders") or {}).items()
        for value in values
    ]
    single = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    merged = [*multiple, *(pair for pair in single if pair not in multiple)]
    return [
        (_rename_header(name), value)
        for name, value in merged
        if name.lower() not in _REMOVED_HEADERS
    ]


def _rename_header(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in _RENAMED_HEADERS else name
