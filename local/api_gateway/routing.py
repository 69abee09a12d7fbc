"""Routes requests to the functions, as the REST API of the cloud does."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from contracts import gateway_errors, trace
from local.api_gateway import metrics_page, samples
from local.api_gateway.authoriser import Authoriser, UnauthorisedError
from local.api_gateway.compression import compress
from local.api_gateway.error_responses import build_gateway_error, build_problem_response
from local.api_gateway.events import (
    MalformedAnswerError,
    Route,
    build_event,
    format_claims,
    parse_answer,
)
from local.http_server import Request, Response
from local.lambda_runtime.pool import BusyError
from local.lambda_runtime.runtime_api import Outcome

# Lambda's limit for an event, and API Gateway's for an integration. No function behind the gateway
# has a longer timeout than the gateway.
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
TIMEOUT_SECONDS = 29.0

_API = Route(base="/v1/")
_PAGE = Route(base="/")


class Invoke(Protocol):
    """Runs a function in the trace of a request."""

    def __call__(self, payload: bytes, *, trace_id: str) -> Outcome: ...


@dataclass(frozen=True, kw_only=True)
class Targets:
    """The functions behind the gateway, under the path `prefix`. `api` and `page` raise BusyError.

    `samples` is a folder of images to serve under `/samples/`, `logs` the folder of the functions'
    logs, from which administrators see metrics under `/metrics`.
    """

    api: Invoke
    page: Invoke
    authoriser: Authoriser
    samples: Path | None = None
    logs: Path | None = None
    prefix: str = ""


def route(request: Request, targets: Targets) -> Response:
    """Returns the answer to the client; every error becomes one."""
    request = _begin_trace(request)
    prefix = targets.prefix
    if not f"{request.path}/".startswith(f"{prefix}/"):
        detail = f"The page is at {prefix}/."
        return build_problem_response(HTTPStatus.FORBIDDEN, detail, request=request)
    target = request.target.removeprefix(prefix)
    request = replace(request, target=target if target.startswith("/") else f"/{target}")
    if request.path.startswith(samples.PATH) and targets.samples:
        return samples.respond(request, targets.samples, prefix=prefix)
    if request.path == metrics_page.PATH and targets.logs:
        return _show_metrics(request, targets, targets.logs)
    if not request.path.startswith(_API.base):
        event = build_event(request, _PAGE, claims=None, prefix=prefix)
        return _invoke(targets.page, request, event)
    try:
        claims = format_claims(targets.authoriser.read_claims(request.header("Authorization")))
    except UnauthorisedError:
        return build_gateway_error(gateway_errors.UNAUTHORISED, request=request)
    event = build_event(request, _API, claims=claims, prefix=prefix)
    return _invoke(targets.api, request, event)


def _show_metrics(request: Request, targets: Targets, logs: Path) -> Response:
    """Whoever is no administrator gets what the page's function answers instead."""
    request = metrics_page.build_administrator_request(request)
    event = build_event(request, _PAGE, claims=None, prefix=targets.prefix)
    response = _invoke(targets.page, request, event)
    if response.status != HTTPStatus.OK:
        return response
    return metrics_page.respond(logs, prefix=targets.prefix)


def _begin_trace(request: Request) -> Request:
    """The request with a trace header, the caller's own where it is one of X-Ray."""
    if request.trace_id:
        return request
    headers = [each for each in request.headers if each[0].lower() != trace.HEADER.lower()]
    return replace(request, headers=[*headers, (trace.HEADER, f"Root={trace.draw_trace_id()}")])


def _invoke(invoke: Invoke, request: Request, event: Mapping[str, object]) -> Response:
    payload = json.dumps(event).encode()
    if len(payload) > MAX_PAYLOAD_BYTES:
        return build_gateway_error(gateway_errors.TOO_LARGE, request=request)
    start = time.monotonic()
    try:
        outcome = invoke(payload, trace_id=request.trace_id)
    except BusyError:
        return build_gateway_error(gateway_errors.BUSY, request=request)
    if time.monotonic() - start >= TIMEOUT_SECONDS:
        return build_gateway_error(gateway_errors.TIMED_OUT, request=request)
    try:
        if outcome.failed:
            raise MalformedAnswerError("the function failed")
        return compress(request, parse_answer(outcome.payload))
    except MalformedAnswerError:
        return build_gateway_error(gateway_errors.FUNCTION_FAILED, request=request)
