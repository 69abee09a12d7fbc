"""Errors of the gateway itself: problem details (RFC 9457), or a page for a browser."""

import json
from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from contracts.api import build_problem
from contracts.gateway_errors import GatewayError
from contracts.response_headers import DATA_HEADERS
from contracts.serialisation import serialise
from local.http_server import Request, Response

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="dark light">
<title>{title}</title>
<h1>{title}</h1>
<p>{detail} Nothing that you sent before is lost.
<p><a href="/">Back to the start</a>
<p><small>Reference {reference}</small>
"""


def build_problem_response(
    status: HTTPStatus,
    detail: str,
    *,
    request: Request | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Builds an error; without a request that accepts HTML, it is problem details."""
    reference = request.trace_id if request else ""
    problem = serialise(build_problem(status, detail, reference=reference))
    if request and _accepts_page(request):
        texts = {name: escape(str(value)) for name, value in problem.items()}
        content_type, body = "text/html; charset=utf-8", _PAGE.format(**texts).encode()
    else:
        content_type, body = "application/problem+json", json.dumps(problem).encode()
    return build_response(status, content_type, body, headers=headers)


def build_gateway_error(error: GatewayError, *, request: Request) -> Response:
    """Builds one of the errors that the cloud's gateway answers as well."""
    return build_problem_response(
        error.status, error.detail, request=request, headers=error.headers
    )


def build_response(
    status: HTTPStatus,
    content_type: str,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Builds an answer that browsers neither store nor interpret as another content type."""
    fixed = {"Content-Type": content_type, **DATA_HEADERS}
    return Response(status=status, headers=[*fixed.items(), *(headers or {}).items()], body=body)


def _accepts_page(request: Request) -> bool:
    return "text/html" in (request.header("Accept") or "") and not request.header("HX-Request")
