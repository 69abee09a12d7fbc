"""Tells each request the address that doctors see, whatever stands before the function.

Zappa's handler always says https, and API Gateway takes the stage off the path of its own address
but not off a custom one. So scheme, host and path prefix come from PUBLIC_URL alone; a forged Host
header changes nothing.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class FrontDoor:
    def __init__(self, app: "WSGIApplication", public_url: str) -> None:
        parts = urlsplit(public_url)
        self._app = app
        self._scheme, self._host = parts.scheme, parts.netloc
        self._prefix = parts.path.rstrip("/")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        name, _, port = self._host.partition(":")
        environ["wsgi.url_scheme"] = self._scheme
        environ["HTTP_HOST"] = self._host
        environ["SERVER_NAME"] = name
        environ["SERVER_PORT"] = port or ("443" if self._scheme == "https" else "80")
        environ["SCRIPT_NAME"] = self._prefix
        environ["PATH_INFO"] = self._inner(environ["PATH_INFO"])
        return self._app(environ, start_response)

    def _inner(self, path: str) -> str:
        if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
            path = path[len(self._prefix) :]
        return f"/{path.lstrip('/')}"
