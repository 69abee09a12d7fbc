"""The gateway compresses what is long enough, for clients that accept it."""

import gzip

import pytest

from local.api_gateway.compression import compress
from local.http_server import Request, Response

PAGE = Response(status=200, headers=[("Content-Type", "text/html")], body=b"<p>film" * 1000)


def build_request(accept: str | None) -> Request:
    headers = [("accept-encoding", accept)] if accept is not None else []
    return Request(method="GET", target="/", headers=headers, body=b"", source_ip="127.0.0.1")


@pytest.mark.parametrize("accept", ["gzip", "gzip, deflate, br, zstd", "br;q=1, GZIP;q=0.5"])
def test_a_page_is_compressed(accept: str) -> None:
    response = compress(build_request(accept), PAGE)
    assert dict(response.headers) == {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    assert gzip.decompress(response.body) == PAGE.body
    assert len(response.body) < len(PAGE.body) / 10


@pytest.mark.parametrize("accept", [None, "", "*", "br", "identity", "gzip;q=0", "gzip; q=0"])
def test_a_client_that_does_not_name_gzip_gets_the_page_as_it_is(accept: str | None) -> None:
    assert compress(build_request(accept), PAGE) == PAGE


def test_what_is_short_or_encoded_stays() -> None:
    encoded = Response(status=200, headers=[("content-encoding", "identity")], body=PAGE.body)
    for response in (encoded, Response(status=200, body=b"x" * 1023)):
        assert compress(build_request("gzip"), response) == response
    assert compress(build_request("gzip"), Response(status=200, body=b"x" * 1024)).headers
