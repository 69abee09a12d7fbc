"""WSGI middleware that serves the page under its public URL.

Zappa's handler always sets https, and API Gateway removes the stage from the path of its own
address but not from that of a custom domain. So scheme, host and path prefix come from PUBLIC_URL
alone, and a forged Host header has no effect.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class PublicUrlMiddleware:
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
        environ["PATH_INFO"] = self._remove_prefix(environ["PATH_INFO"])
        return self._app(environ, start_response)

    def _remove_prefix(self, path: str) -> str:
        if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
            path = path[len(self._prefix) :]
        return f"/{path.lstrip('/')}"
