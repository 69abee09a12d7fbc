"""What the gateway says itself: as problem details, or as a page to whoever reads in a browser."""

import json
import uuid
from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from contracts.api import Problem
from local.api_gateway.events import Request, Response

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="dark light">
<title>{title}</title>
<h1>{title}</h1>
<p>{detail} Nothing that you sent before is lost.
<p><a href="/">Back to the start</a>
<p><small>Reference {reference}</small>
"""


def problem(
    request: Request | None,
    status: HTTPStatus,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error of the gateway's own; `request` is None where it was not even read."""
    made = Problem(
        type="about:blank",
        title=status.phrase,
        status=status,
        detail=detail,
        reference=str(uuid.uuid4()),
    )
    if request and _wants_page(request):
        words = {name: escape(str(value)) for name, value in made.to_json().items()}
        written = plain(status, "text/html; charset=utf-8", _PAGE.format(**words).encode())
    else:
        body = json.dumps(made.to_json()).encode()
        written = plain(status, "application/problem+json", body)
    more = [*written.headers, *(headers or {}).items()]
    return Response(status=status, headers=more, body=written.body)


def plain(status: HTTPStatus, kind: str, body: bytes) -> Response:
    safe = [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]
    return Response(status=status, headers=[("Content-Type", kind), *safe], body=body)


def _wants_page(request: Request) -> bool:
    return "text/html" in (request.header("Accept") or "") and not request.header("HX-Request")
