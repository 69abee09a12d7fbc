"""The cookie that tells browsers apart, so that the firewall counts each by itself.

Random, the same before and after a login, and it opens nothing: it says nobody's name.
"""

import secrets

from flask import Flask, Response, request

from contracts.cookies import VISITOR_COOKIE
from ui.auth.sessions import HOST_ONLY

_BYTES = 16
# As long as browsers keep one.
_SECONDS = 400 * 24 * 3600


def tell_apart(app: Flask) -> None:
    @app.after_request
    def mark(response: Response) -> Response:
        # A file may be kept by caches that many share, and a cookie with it.
        if VISITOR_COOKIE not in request.cookies and request.endpoint != "static":
            response.set_cookie(
                VISITOR_COOKIE, secrets.token_urlsafe(_BYTES), max_age=_SECONDS, **HOST_ONLY
            )
        return response
