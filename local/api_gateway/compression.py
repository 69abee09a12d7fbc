"""Compresses answers as API Gateway does: for clients that accept it, from a size on."""

import gzip
from dataclasses import replace

from contracts.limits import MIN_COMPRESSED_BYTES
from local.http_server import Request, Response

# Of zlib: the highest level, 9, makes our files 1 to 11 % shorter and takes 1.5 to 4 times as long.
_LEVEL = 5


def compress(request: Request, response: Response) -> Response:
    """Returns `response` compressed by gzip if the client names gzip and nothing has encoded it.

    A header of `*` does not count, and one with weights does: API Gateway compresses only for
    codings that are named.
    """
    codings = [part.partition(";") for part in (request.header("Accept-Encoding") or "").split(",")]
    is_accepted = any(
        name.strip().lower() == "gzip" and weight.replace(" ", "") not in ("q=0", "q=0.0")
        for name, _, weight in codings
    )
    is_encoded = any(name.lower() == "content-encoding" for name, _ in response.headers)
    if not is_accepted or is_encoded or len(response.body) < MIN_COMPRESSED_BYTES:
        return response
    return replace(
        response,
        headers=[*response.headers, ("Content-Encoding", "gzip")],
        body=gzip.compress(response.body, _LEVEL, mtime=0),
    )
