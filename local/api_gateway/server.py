"""The HTTP server of the gateway: `/v1/*` needs a token and goes to the API function, `/samples/`
serves sample images, everything else goes to the page's function.
"""

from http import HTTPStatus

from contracts import gateway_errors
from local.api_gateway.error_responses import build_problem_response
from local.api_gateway.routing import Targets, route
from local.http_server import HttpServer, Response, Rules

# API Gateway's limit for a request. Images are uploaded to S3 and never come through here.
MAX_BODY_BYTES = 10 * 1024 * 1024
_IDLE_SECONDS = 75.0


class Gateway:
    """Serves this machine only, and only under the names `localhost` and `127.0.0.1`."""

    def __init__(self, port: int, targets: Targets) -> None:
        self._targets = targets
        rules = Rules(
            is_for_pages=True,
            build_error=_build_error,
            max_body_bytes=MAX_BODY_BYTES,
            idle_seconds=_IDLE_SECONDS,
        )
        self._server = HttpServer(port, rules)

    @property
    def port(self) -> int:
        return self._server.server_port

    def start(self) -> None:
        """Serves in a background thread."""
        self._server.start(lambda request: route(request, self._targets))

    def stop(self) -> None:
        self._server.stop()


def _build_error(status: HTTPStatus, detail: str) -> Response:
    """Answers a request that is too large with the text of the cloud's gateway."""
    if status is gateway_errors.TOO_LARGE.status:
        detail = gateway_errors.TOO_LARGE.detail
    return build_problem_response(status, detail)
