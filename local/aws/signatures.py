"""Checks signatures of AWS (version 4) on links and forms, as S3 does; moto checks none.

See https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html. Requests that are
signed by header are not checked: only programs of this machine can send one.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.aws.clients import KEY_ID, SECRET
from local.settings import REGION

ALGORITHM = "AWS4-HMAC-SHA256"
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
# S3 allows a week at most, and clocks that differ by a quarter of an hour.
_MAX_SECONDS = 7 * 24 * 3600
_CLOCK_SKEW = timedelta(minutes=15)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class SignatureError(Exception):
    """The request is not signed by us, or no longer valid; the message is S3's error code."""


def require_signature(application: Application) -> Application:
    """Answers 403 to requests that carry neither a header nor a valid link, and are no form.

    `post_policy` checks the form itself, which is in the body.
    """

    def respond(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            if not _needs_no_link(environ):
                check_link(environ)
        except SignatureError as error:
            start_response("403 Forbidden", [("Content-Type", "application/xml")])
            return [f"<Error><Code>{error}</Code></Error>".encode()]
        return application(environ, start_response)

    return respond


def _needs_no_link(environ: Mapping[str, Any]) -> bool:
    method, path = environ["REQUEST_METHOD"], str(environ["PATH_INFO"])
    is_form = (
        method == "POST"
        and not environ.get("QUERY_STRING")
        and str(environ.get("CONTENT_TYPE", "")).startswith("multipart/form-data")
        and "/" not in path.strip("/")
    )
    is_health = method == "GET" and path == "/moto-api/config"
    return is_form or is_health or method == "OPTIONS" or "HTTP_AUTHORIZATION" in environ


def check_link(environ: Mapping[str, Any]) -> None:
    """Raises SignatureError unless the address was signed for this method and has not expired."""
    pairs = parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    query = dict(pairs)
    signature = query.pop("X-Amz-Signature", "")
    if not signature or len(query) + 1 != len(pairs):
        raise SignatureError("AccessDenied")
    timestamp, seconds = query.get("X-Amz-Date", ""), query.get("X-Amz-Expires", "")
    if not seconds.isdecimal() or not 0 < int(seconds) <= _MAX_SECONDS:
        raise SignatureError("AuthorizationQueryParametersError")
    _check_scope(query.get("X-Amz-Algorithm"), query.get("X-Amz-Credential"), timestamp)
    signed_at = _parse_time(timestamp)
    now = datetime.now(UTC)
    if not signed_at - _CLOCK_SKEW <= now <= signed_at + timedelta(seconds=int(seconds)):
        raise SignatureError("AccessDenied")
    _compare(_sign_link(environ, query, timestamp), signature)


def check_form(policy: str, fields: Mapping[str, str]) -> None:
    """Raises SignatureError unless `policy`, in base64, was signed by us. Names are lower case."""
    timestamp = fields.get("x-amz-date", "")
    _check_scope(fields.get("x-amz-algorithm"), fields.get("x-amz-credential"), timestamp)
    _parse_time(timestamp)
    _compare(_sign(policy, AWSRequest(), timestamp), fields.get("x-amz-signature", ""))


def _check_scope(algorithm: str | None, credential: str | None, timestamp: str) -> None:
    expected = f"{KEY_ID}/{timestamp[:8]}/{REGION}/s3/aws4_request"
    if algorithm != ALGORITHM or credential != expected:
        raise SignatureError("AccessDenied")


def _parse_time(timestamp: str) -> datetime:
    try:
        return datetime.strptime(timestamp, _TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise SignatureError("AccessDenied") from error


def _sign_link(environ: Mapping[str, Any], query: Mapping[str, str], timestamp: str) -> str:
    # A proxy in front keeps the name for which the link was signed in X-Forwarded-Host.
    host = environ.get("HTTP_X_FORWARDED_HOST") or environ["HTTP_HOST"]
    names = query.get("X-Amz-SignedHeaders", "").split(";")
    headers = {name: _header(environ, name) for name in names}
    path = str(environ["RAW_URI"]).partition("?")[0]
    request = AWSRequest(
        method=environ["REQUEST_METHOD"],
        url=f"http://{host}{path}?{urlencode(query, quote_via=quote, safe='')}",
        headers={**headers, "host": host},
    )
    auth = _auth()
    canonical = auth.canonical_request(request)
    request.context["timestamp"] = timestamp
    return _sign(auth.string_to_sign(request, canonical), request, timestamp)


def _header(environ: Mapping[str, Any], name: str) -> str:
    return str(environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))


def _sign(text: str, request: AWSRequest, timestamp: str) -> str:
    request.context["timestamp"] = timestamp
    return str(_auth().signature(text, request))


def _auth() -> S3SigV4QueryAuth:
    return S3SigV4QueryAuth(Credentials(KEY_ID, SECRET), "s3", REGION)


def _compare(expected: str, signature: str) -> None:
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise SignatureError("SignatureDoesNotMatch")
