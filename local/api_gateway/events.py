"""HTTP requests as the events of API Gateway's REST proxy integration, and its answers as HTTP.

The form is the one that AWS documents for payload version 1.0: see tests/local/events.
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
from urllib.parse import parse_qsl, unquote

from local.settings import ACCOUNT

STAGE = "local"
_API_ID = "local"

# Headers that API Gateway speaks for itself; a function's own are renamed.
_REMAPPED = frozenset({"connection", "content-length", "date", "server", "www-authenticate"})
_DROPPED = frozenset({"transfer-encoding"})


class MalformedAnswerError(ValueError):
    """A function's answer that is not what API Gateway asks for; the client sees a 502."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """`target` is the request line's, with its query and without `prefix`, under which the stage of
    that name is reached where it has no domain; headers in their order, as they were sent.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str
    prefix: str = ""

    @property
    def stage(self) -> str:
        return self.prefix.strip("/") or STAGE

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[-1] if values else None


@dataclass(frozen=True, kw_only=True)
class Response:
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Route:
    """`base` is what stands before `{proxy+}`: an empty rest has a resource of its own."""

    base: str

    def resource(self, path: str) -> tuple[str, dict[str, str] | None]:
        """The resource that matches `path`, and its path parameters."""
        rest = path.removeprefix(self.base)
        if not rest:
            return self.base, None
        return f"{self.base}{{proxy+}}", {"proxy": unquote(rest)}


def event(request: Request, route: Route, *, claims: Mapping[str, str] | None) -> dict[str, Any]:
    """The event that the function behind `route` is given; no claims where nobody was asked."""
    resource, parameters = route.resource(request.path)
    headers = [*request.headers, *_forwarded(request)]
    query = request.query
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _gathered(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _gathered(query) or None,
        "pathParameters": parameters,
        "stageVariables": None,
        "requestContext": _context(request, resource, claims),
        # As base64 whatever it is, since the API takes `*/*` for binary.
        "body": base64.b64encode(request.body).decode() if request.body else None,
        "isBase64Encoded": bool(request.body),
    }


def response(payload: bytes) -> Response:
    """A function's answer as HTTP. Raises MalformedAnswerError."""
    try:
        answer = json.loads(payload)
        body = answer.get("body") or ""
        encoded = answer.get("isBase64Encoded", False)
        content = base64.b64decode(body, validate=True) if encoded else body.encode()
        status = HTTPStatus(int(answer["statusCode"]))
        return Response(status=status, headers=_merged(answer), body=content)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise MalformedAnswerError(f"not a proxy response: {error}") from error


def claims_of(token_claims: Mapping[str, Any]) -> dict[str, str]:
    """A token's claims as the Cognito authoriser hands them on: strings, groups joined by commas,
    the two times as dates.
    """
    return {name: _claim(name, value) for name, value in token_claims.items()}


def _claim(name: str, value: Any) -> str:
    if name in ("exp", "iat"):
        return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(value))
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value)


def _context(request: Request, resource: str, claims: Mapping[str, str] | None) -> dict[str, Any]:
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
        "identity": _identity(request),
        "path": f"{request.prefix}{request.path}",
        "protocol": "HTTP/1.1",
        "requestId": str(uuid.uuid4()),
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": resource,
        "resourcePath": resource,
        "stage": request.stage,
    }


def _identity(request: Request) -> dict[str, str | None]:
    unused = "accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType"
    more = "cognitoIdentityId cognitoIdentityPoolId principalOrgId user userArn"
    empty: dict[str, str | None] = dict.fromkeys(f"{unused} {more}".split())
    return {**empty, "sourceIp": request.source_ip, "userAgent": request.header("User-Agent")}


def _forwarded(request: Request) -> list[tuple[str, str]]:
    host = request.header("Host") or ""
    return [
        ("X-Amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"),
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", host.rpartition(":")[2]),
        ("X-Forwarded-Proto", "http"),
    ]


def _gathered(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _merged(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Both kinds of headers in one list; of a pair that stands in both, the multi-value one."""
    several = [
        (name, str(value))
        for name, values in (answer.get("multiValueHeaders") or {}).items()
        for value in values
    ]
    single = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    merged = [*several, *(pair for pair in single if pair not in several)]
    return [(_remapped(name), value) for name, value in merged if name.lower() not in _DROPPED]


def _remapped(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name
