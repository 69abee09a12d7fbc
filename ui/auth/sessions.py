"""Sessions in an encrypted cookie; the server stores nothing.

The cookie is a JWE (RFC 7516): direct encryption with A256GCM, deflated. With a token of the size
that Cognito issues it stays far under the 4,096 bytes that browsers accept. A session ends after 15
minutes without use, and 12 hours after the password was given, however often its token was renewed.
"""

import json
import time
from enum import StrEnum
from typing import Any, cast

import flask
from flask import Flask, Request, Response, has_request_context, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from flask_wtf.csrf import generate_csrf
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from ui.shared_endpoints import SHARED_ENDPOINTS

SESSION_COOKIE = "__Host-session"
IDLE_SECONDS = 15 * 60
# A shift. `cdk/login.py` sets the same limit to the session of the login.
MAX_SECONDS = 12 * 3600
# Browsers accept the `__Host-` prefix only on a cookie that is Secure, has no domain and has the
# path /.
COOKIE_OPTIONS: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}
# While a session is in use its cookie is sent at most once a minute: it is larger than most pages.
_RENEW_SECONDS = 60
_HEADER = {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}
_ALGORITHMS = ["dir", "A256GCM", "DEF"]


class SessionEnd(StrEnum):
    """Why nobody is logged in any more."""

    IDLE = "idle"
    LIMIT = "limit"
    # The token has expired, or the API refuses it.
    TOKEN = "token"


class Session(SecureCookieSession):
    """The session of one browser.

    `last_used_at` is when a person last used the page, in seconds since 1970. `end`: a user was
    logged in and is not any more. `is_interactive`: a person sent this request, not a page that
    polls, so it extends the session.
    """

    last_used_at: float = 0.0
    end: SessionEnd | None = None
    is_interactive = True

    @property
    def began_at(self) -> float:
        """When the password was given. Cookies of earlier releases do not say it: then now."""
        return float(self.get("began_at", time.time()))


def current_session() -> Session:
    """The session of the current request, which `CookieSessions` opened."""
    return cast(Session, flask.session)


def begin_session(token: str) -> None:
    """Replaces the session, so that nobody can fix its contents before the login."""
    session = current_session()
    session.clear()
    session.update(token=token, began_at=int(time.time()))
    _add_form_token()


def renew_session(token: str) -> None:
    """Replaces the token alone: forms of other windows stay valid, and the 12 hours go on."""
    session = current_session()
    session.update(token=token, began_at=int(session.began_at))
    session.pop("no_renewal_until", None)
    _add_form_token()


def _add_form_token() -> None:
    """Without it, requests that are sent together after a login would each make a token of their
    own, and all but the last cookie's would be refused.
    """
    generate_csrf()


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
        session = Session(payload["data"])
        if end := _find_end(session, payload["seen"]):
            had_user = "token" in session
            session = Session()
            session.end = end if had_user else None
            return session
        session.last_used_at = payload["seen"]
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, Session)
        if has_request_context() and request.endpoint in SHARED_ENDPOINTS:
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


def _find_end(session: Session, used_at: float) -> SessionEnd | None:
    now = time.time()
    if now - session.began_at > MAX_SECONDS:
        return SessionEnd.LIMIT
    return SessionEnd.IDLE if now - used_at > IDLE_SECONDS else None
