"""Who uses the page: read from the ID token in the session, which was checked at login."""

import base64
import json
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import Flask, Response, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from contracts.access import Role, User, parse_user
from ui.api_client import Backend
from ui.settings import Settings

_OPEN_TO_ALL = frozenset({"static", "login.page", "login.start", "login.callback", "login.logout"})


def require_login(app: Flask) -> None:
    @app.before_request
    def ask() -> ResponseReturnValue | None:
        if request.endpoint in _OPEN_TO_ALL or current_user() is not None:
            return None
        return log_in_again()


def current_user() -> User | None:
    """None where nobody is logged in; a token that ran out ends the session."""
    token = session.get("token")
    if token is None:
        return None
    claims = claims_of(token)
    if claims["exp"] <= time.time():
        session.clear()
        session.is_over = True  # type: ignore[attr-defined]
        return None
    return parse_user(claims)


def reviews_answers(user: User | None) -> bool:
    return user is not None and Role.DOCTOR in user.roles


def claims_of(token: str) -> dict[str, Any]:
    """The claims as they stand in the token: its signature was checked when it came."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def log_in_again() -> ResponseReturnValue:
    """Sends the doctor to the login and, after it, back to where they were."""
    was_idle = getattr(session, "is_over", False)
    address = url_for("login.page", next=_here() or None, over=1 if was_idle else None)
    if not is_from_script():
        return redirect(address)
    return Response(status=401, headers={"HX-Redirect": address})


def is_from_script() -> bool:
    """Asked by HTMX or by our own scripts, which put fragments into the page."""
    return "HX-Request" in request.headers


def local_path(address: str) -> str:
    """`address` as a path of this page, so that nobody is sent elsewhere after the login."""
    parts = urlsplit(address)
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else ""
    home = url_for("uploads.page")
    if "\\" in address or parts.netloc or not path.startswith(home):
        return home
    return f"{path}?{parts.query}" if parts.query else path


def settings() -> Settings:
    kept: Settings = current_app.extensions["settings"]
    return kept


def backend() -> Backend:
    """The API, asked as the doctor who is logged in."""
    http: requests.Session = current_app.extensions["http"]
    return Backend(url=settings().api_url, token=session["token"], http=http)


def _here() -> str:
    """The page the doctor looks at: a fragment or an action is none to come back to."""
    shown = request.headers.get("HX-Current-URL") or request.referrer or ""
    if is_from_script() or request.method != "GET":
        parts = urlsplit(shown)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    # An empty query leaves a question mark behind.
    return request.root_path + request.full_path.removesuffix("?")
