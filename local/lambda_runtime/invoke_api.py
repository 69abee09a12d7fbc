"""Lambda's Invoke API, by which one function calls another (`AWS_ENDPOINT_URL_LAMBDA`).

See https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. An asynchronous call that fails
is made twice more, as by Lambda, after seconds in place of its one and two minutes.
"""

import re
import threading
import time
from collections.abc import Mapping
from urllib.parse import unquote

from local.http_server import HttpServer, Request, Response, build_json_response
from local.lambda_runtime.pool import BusyError, Pool

_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
_RETRY_SECONDS = (5.0, 10.0)


class InvokeApi:
    """Answers at once, in a background thread, for the functions in `pools` by their names; one
    that is added to `pools` later is there too.
    """

    def __init__(
        self, pools: Mapping[str, Pool], *, retry_seconds: tuple[float, ...] = _RETRY_SECONDS
    ) -> None:
        self._pools = pools
        self._retry_seconds = retry_seconds
        self._server = HttpServer(0)
        self._server.start(self._respond)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.stop()

    def _respond(self, request: Request) -> Response:
        match = _PATH.fullmatch(request.path)
        if request.method != "POST" or match is None:
            return _build_error(404, "ResourceNotFoundException")
        pool = self._pools.get(unquote(match[1]))
        if pool is None:
            return _build_error(404, "ResourceNotFoundException")
        if request.header("X-Amz-Invocation-Type") == "Event":
            arguments = (pool, request)
            threading.Thread(target=self._invoke_until_success, args=arguments, daemon=True).start()
            return Response(status=202)
        return _invoke(pool, request)

    def _invoke_until_success(self, pool: Pool, request: Request) -> None:
        for wait_seconds in (*self._retry_seconds, None):
            response = _invoke(pool, request)
            is_success = response.status == 200 and not response.headers
            if is_success or wait_seconds is None:
                return
            time.sleep(wait_seconds)


def _invoke(pool: Pool, request: Request) -> Response:
    """In the trace of the caller: the SDK sends it from within a function."""
    try:
        outcome = pool.invoke(request.body, trace_id=request.trace_id)
    except BusyError:
        return _build_error(429, "TooManyRequestsException")
    headers = [("X-Amz-Function-Error", "Unhandled")] if outcome.failed else []
    return Response(status=200, headers=headers, body=outcome.payload)


def _build_error(status: int, kind: str) -> Response:
    return build_json_response(status, {"Message": kind}, {"X-Amzn-ErrorType": kind})
