"""Redirects users who are not logged in to the login page, which later leads back."""

from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ui.auth.renewal import is_renewal_due, start_renewal
from ui.auth.sessions import current_session
from ui.auth.user import current_user
from ui.shared_endpoints import SHARED_ENDPOINTS
from ui.view_helpers import is_htmx_request

_PUBLIC_ENDPOINTS = frozenset(
    {"help.page", "language.choose"}
    | SHARED_ENDPOINTS
    | {f"login.{view}" for view in ("page", "start", "window", "frame", "finish", "state")}
    | {"login.callback", "login.logout"}
)


def require_login(app: Flask) -> None:
    """Makes every endpoint of `app` require a login, except the public ones."""

    @app.before_request
    def check_login() -> ResponseReturnValue | None:
        if request.endpoint in _PUBLIC_ENDPOINTS:
            return None
        if is_renewal_due():
            next_page = local_path(current_page())
            return start_renewal(next_page=next_page, failure_page=next_page)
        return None if current_user() is not None else redirect_to_login()


def redirect_to_login() -> ResponseReturnValue:
    """A script is told by the status alone: its page stays, and opens a small window."""
    if is_htmx_request():
        return Response(status=HTTPStatus.UNAUTHORIZED)
    end = current_session().end
    return redirect(url_for("login.page", next=current_page() or None, expired=end))


def local_path(address: str) -> str:
    """Returns `address` if it is a path of this site, else the upload page.

    So a forged link cannot make the login redirect to another site. Answers 400 where `address` is
    no URL.
    """
    parts = _split_url(address)
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else ""
    home = url_for("uploads.page")
    if "\\" in address or parts.netloc or not path.startswith(home):
        return home
    return f"{path}?{parts.query}" if parts.query else path


def _split_url(address: str) -> SplitResult:
    """The parts of `address`, which a browser or an attacker sent; 400 where it is no URL."""
    try:
        return urlsplit(address)
    except ValueError:
        abort(400)


def current_page() -> str:
    """The path of the page in the browser, which is not the URL of a fragment or of an action."""
    if is_htmx_request() or request.method != "GET":
        parts = _split_url(request.headers.get("HX-Current-URL") or request.referrer or "")
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    # An empty query leaves a question mark behind.
    return request.root_path + request.full_path.removesuffix("?")
