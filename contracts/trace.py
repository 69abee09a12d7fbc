"""The id that follows a request through all parts: the root of AWS X-Ray's trace header.

API Gateway gives each request one, and keeps one that the caller sends. Lambda's runtime hands it
to the function; the functions write it into each log line (`xray_trace_id`) and send it with what
they call. See https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html.
"""

import os
import re
import secrets
import time
from collections.abc import Mapping

HEADER = "X-Amzn-Trace-Id"
# Lambda's runtime sets it to the header of the request in progress.
VARIABLE = "_X_AMZN_TRACE_ID"

_ROOT = re.compile(r"(?:^|;) *Root=(1-[0-9a-f]{8}-[0-9a-f]{24}) *(?:;|$)")


def read_trace_header(environment: Mapping[str, str] = os.environ) -> str:
    """The header of the request in progress; empty outside Lambda's runtime."""
    header = environment.get(VARIABLE, "")
    return header if parse_trace_id(header) else ""


def read_trace_id(environment: Mapping[str, str] = os.environ) -> str:
    """The id of the request in progress; empty outside Lambda's runtime."""
    return parse_trace_id(environment.get(VARIABLE, ""))


def parse_trace_id(header: str) -> str:
    """The root in a trace header; empty where it has none of X-Ray's form."""
    match = _ROOT.search(header)
    return match[1] if match else ""


def draw_trace_id() -> str:
    """A new root: version 1, the time in seconds since 1970, and 96 random bits."""
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
