"""The page's log: a line of JSON for each request and each error, with the id of its trace.

It names the pattern of a route and never the address, which may hold an id, nor the text of an
error, which may hold a file name.
"""

import time

from aws_lambda_powertools import Logger
from flask import Flask, Response, g, request

logger = Logger()


def log_requests(app: Flask) -> None:
    """Static files are not logged; API Gateway's own log has them."""

    @app.before_request
    def start_clock() -> None:
        g.started_at = time.monotonic()

    @app.after_request
    def write_line(response: Response) -> Response:
        if request.endpoint != "static":
            milliseconds = round((time.monotonic() - g.started_at) * 1000)
            fields = {"status": response.status_code, "milliseconds": milliseconds}
            logger.info("Request", extra={**describe_route(), **fields})
        return response


def describe_route() -> dict[str, str]:
    rule = request.url_rule.rule if request.url_rule else ""
    return {"method": request.method, "route": rule}
