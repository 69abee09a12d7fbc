"""Sessions in an encrypted cookie; the server stores nothing.

The cookie is a JWE (RFC 7516): direct encryption with A256GCM, deflated. With a token of the size
that Cognito issues it stays far under the 4,096 bytes that browsers accept. A session ends after 15
minutes without use.
"""

import json
import time
from typing import Any, cast

import flask
from flask import Flask, Request, Response, has_request_context, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

SESSION_COOKIE = "__Host-session"
IDLE_SECONDS = 15 * 60
# Browsers accept the `__Host-` prefix only on a cookie that is Secure, has no domain and has the
# path /.
COOKIE_OPTIONS: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}
# While a session is in use its cookie is sent at most once a minute: it is larger than most pages.
_RENEW_SECONDS = 60
_HEADER = {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}
_ALGORITHMS = ["dir", "A256GCM", "DEF"]


class Session(SecureCookieSession):
    """The session of one browser.

    `last_used_at` is when a person last used the page, in seconds since 1970. `has_expired`: a user
    was logged in and idle for too long. `is_interactive`: a person sent this request, not a page
    that polls, so it extends the session.
    """

    last_used_at: float = 0.0
    has_expired = False
    is_interactive = True


def current_session() -> Session:
    """The session of the current request, which `CookieSessions` opened."""
    return cast(Session, flask.session)


def expire_session() -> None:
    """Logs the user out, so that the login page says that the session is over."""
    session = current_session()
    session.clear()
    session.has_expired = True


class CookieSessions(SessionInterface):
    """Opens sessions from the cookie and saves them to it."""

    def __init__(self, key: bytes) -> None:
        self._key = OctKey.import_key(key)

    def open_session(self, app: Flask, request: Request) -> Session:
        cookie = request.cookies.get(SESSION_COOKIE)
        try:
            payload = self._decrypt(cookie) if cookie else None
        except (JoseError, ValueError):
            payload = None
        if payload is None:
            return Session()
        if time.time() - payload["seen"] > IDLE_SECONDS:
            session = Session()
            session.has_expired = "token" in payload["data"]
            return session
        session = Session(payload["data"])
        session.last_used_at = payload["seen"]
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, Session)
        if has_request_context() and request.endpoint == "static":
            # Shared caches store static files, and with them any cookie that they carry.
            return
        response.vary.add("Cookie")
        if not session:
            if session.modified:
                response.delete_cookie(SESSION_COOKIE, **COOKIE_OPTIONS)
            return
        now = time.time()
        needs_renewal = session.is_interactive and now - session.last_used_at > _RENEW_SECONDS
        if session.modified or needs_renewal:
            used_at = now if session.is_interactive else session.last_used_at or now
            response.set_cookie(SESSION_COOKIE, self._encrypt(session, used_at), **COOKIE_OPTIONS)

    def _encrypt(self, session: Session, used_at: float) -> str:
        # Browsers hold cookies with these two names; other names would log everybody out.
        payload = {"seen": int(used_at), "data": dict(session)}
        plaintext = json.dumps(payload, separators=(",", ":"))
        return jwe.encrypt_compact(_HEADER, plaintext, self._key, algorithms=_ALGORITHMS)

    def _decrypt(self, cookie: str) -> dict[str, Any]:
        token = jwe.decrypt_compact(cookie, self._key, algorithms=_ALGORITHMS)
        payload: dict[str, Any] = json.loads(token.plaintext or b"")
        return payload
