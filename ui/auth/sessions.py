"""Sessions in an encrypted cookie: nothing is kept on our side, so nothing there can be lost.

JWE (RFC 7516), direct encryption with A256GCM, deflated: a token of AWS size stays far under the
4,096 bytes that browsers keep. The cookie is idle for at most 15 minutes.
"""

import json
import time
from typing import Any

from flask import Flask, Request, Response, has_request_context, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

COOKIE = "__Host-session"
IDLE_SECONDS = 15 * 60
# A moving end is written again at most once a minute: the cookie is larger than most pages.
_RENEW_SECONDS = 60
_HEADER = {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}
_ALGORITHMS = ["dir", "A256GCM", "DEF"]


class Session(SecureCookieSession):
    """`is_over`: somebody was logged in and idle for too long. `in_use`: this request comes from
    a person, not from a page that asks on its own, and so moves the end of the session.
    """

    seen: float = 0.0
    is_over = False
    in_use = True


class CookieSessions(SessionInterface):
    def __init__(self, key: bytes) -> None:
        self._key = OctKey.import_key(key)

    def open_session(self, app: Flask, request: Request) -> Session:
        cookie = request.cookies.get(COOKIE)
        try:
            kept = self._decrypt(cookie) if cookie else None
        except (JoseError, ValueError):
            kept = None
        if kept is None:
            return Session()
        if time.time() - kept["seen"] > IDLE_SECONDS:
            over = Session()
            over.is_over = "token" in kept["data"]
            return over
        session = Session(kept["data"])
        session.seen = kept["seen"]
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, Session)
        if has_request_context() and request.endpoint == "static":
            # Files are kept by caches, which must hold nobody's session.
            return
        response.vary.add("Cookie")
        if not session:
            if session.modified:
                response.delete_cookie(COOKIE, **HOST_ONLY)
            return
        now = time.time()
        grows_old = session.in_use and now - session.seen > _RENEW_SECONDS
        if session.modified or grows_old:
            seen = now if session.in_use else session.seen or now
            response.set_cookie(COOKIE, self._encrypt(session, seen=seen), **HOST_ONLY)

    def _encrypt(self, session: Session, *, seen: float) -> str:
        kept = json.dumps({"seen": int(seen), "data": dict(session)}, separators=(",", ":"))
        return jwe.encrypt_compact(_HEADER, kept, self._key, algorithms=_ALGORITHMS)

    def _decrypt(self, cookie: str) -> dict[str, Any]:
        opened = jwe.decrypt_compact(cookie, self._key, algorithms=_ALGORITHMS)
        kept: dict[str, Any] = json.loads(opened.plaintext or b"")
        return kept


# `__Host-` makes browsers refuse the cookie unless it is Secure, without a domain, for the path /.
HOST_ONLY: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "Lax"}
