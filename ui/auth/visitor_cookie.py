"""The cookie by which the firewall counts the requests of each browser separately.

Its value is a random id that survives login, grants no access and identifies no user.
"""

import secrets

from flask import Flask, Response, request

from contracts.cookies import VISITOR_COOKIE
from ui.auth.sessions import COOKIE_OPTIONS
from ui.shared_endpoints import SHARED_ENDPOINTS

_ID_BYTES = 16
# 400 days, the longest that browsers keep a cookie (RFC 6265bis).
_MAX_AGE_SECONDS = 400 * 24 * 3600


def add_visitor_cookie(app: Flask) -> None:
    """Makes `app` send the cookie to every browser that has none."""

    @app.after_request
    def set_cookie(response: Response) -> Response:
        # Shared caches store static files, and with them any cookie that they carry.
        if VISITOR_COOKIE not in request.cookies and request.endpoint not in SHARED_ENDPOINTS:
            visitor_id = secrets.token_urlsafe(_ID_BYTES)
            response.set_cookie(
                VISITOR_COOKIE, visitor_id, max_age=_MAX_AGE_SECONDS, **COOKIE_OPTIONS
            )
        return response
