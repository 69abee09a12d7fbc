"""Logs users in and out: on a page of its own, or in a small window while the page stays."""

from http import HTTPStatus

from authlib.integrations.flask_client import OAuthError  # type: ignore[import-untyped]
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.urls import iri_to_uri

from contracts import texts
from contracts.access import AccessError, parse_user
from contracts.language import gettext
from ui.api_errors import ApiError, LoginRequiredError
from ui.auth import oidc
from ui.auth.login_redirect import local_path
from ui.auth.renewal import can_renew, pause_renewal, start_renewal
from ui.auth.sessions import SessionEnd, begin_session, current_session, renew_session
from ui.auth.user import (
    current_user,
    parse_claims,
    remaining_seconds,
    seconds_to_renewal,
    token_subject,
)
from ui.place import build_landing_url
from ui.view_helpers import get_api_client, get_settings

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    next_page = local_path(request.args.get("next", ""))
    end = request.args.get("expired", "")
    if not end and next_page == url_for("uploads.page"):
        # It is the address of the site, and work begins with the worklist.
        next_page = build_landing_url()
    if current_user() is not None:
        # An end by the API may be about a token that another window has renewed meanwhile.
        if not end or _is_token_accepted():
            return redirect(next_page)
        current_session().clear()
    text = (texts.SESSION_ENDS.get(end) or gettext(texts.SESSION_OVER)) if end else ""
    return render_template("login/page.html", next_page=next_page, session_end_text=text)


@blueprint.get("/login/start")
def start() -> ResponseReturnValue:
    next_page = local_path(request.args.get("next", ""))
    login = oidc.PendingLogin(next_page=next_page, failure_page=next_page, prompt=oidc.Prompt.LOGIN)
    return redirect(oidc.start_login(f"{get_settings().public_url}/login/callback", login))


@blueprint.get("/login/window")
def window() -> ResponseReturnValue:
    """The small window. It closes at once where the login still has a session of its own."""
    finish_page = url_for("login.finish")
    form_page = url_for("login.start", next=finish_page)
    if not can_renew():
        return redirect(form_page)
    return start_renewal(next_page=finish_page, failure_page=form_page)


@blueprint.get("/login/frame")
def frame() -> ResponseReturnValue:
    """The hidden frame, in which no form may appear."""
    failure_page = url_for("login.finish", failed=1)
    if not can_renew():
        return redirect(failure_page)
    return start_renewal(next_page=url_for("login.finish"), failure_page=failure_page)


@blueprint.get("/login/finish")
def finish() -> ResponseReturnValue:
    """The last page of window and frame: its script tells the page that waits."""
    has_failed = "failed" in request.args or current_user() is None
    return render_template("login/finish.html", has_failed=has_failed)


@blueprint.get("/login/session")
def state() -> ResponseReturnValue:
    """For the script of a page: who is logged in, and the token of its forms. A request with
    `check` asks the API too, which may refuse the token.
    """
    user = current_user()
    is_over = user is None or ("check" in request.args and not _is_token_accepted())
    if user is None or is_over:
        end = current_session().end or SessionEnd.TOKEN
        detail = texts.SESSION_ENDS[end]
        return {"detail": detail, "can_renew": can_renew()}, HTTPStatus.UNAUTHORIZED
    return {
        "user": user.subject,
        "name": user.name,
        "form_token": generate_csrf(),
        "renewal_seconds": max(0, round(seconds_to_renewal())),
    }


@blueprint.get("/login/callback")
def callback() -> ResponseReturnValue:
    login = oidc.find_pending_login()
    try:
        token = oidc.finish_login(get_settings())
        user = parse_user(parse_claims(token))
    except (OAuthError, JoseError, RequestException) as error:
        return _handle_failure(login, error)
    except AccessError as error:
        return render_template("login/no_access.html", reason=str(error)), 403
    if login is not None and login.prompt is oidc.Prompt.NONE:
        # The login may meanwhile have a session of somebody else, who has a window of their own.
        if user.subject != token_subject():
            return _handle_failure(login, AccessError("another user"))
        _end_token(token)
        renew_session(token)
        return redirect(login.next_page)
    _end_token(token)
    begin_session(token)
    _record_login()
    return redirect(login.next_page if login else build_landing_url())


def _handle_failure(login: oidc.PendingLogin | None, error: Exception) -> ResponseReturnValue:
    oidc.drop_pending_login()
    if login is not None and login.prompt is oidc.Prompt.NONE:
        pause_renewal()
        return redirect(login.failure_page)
    if current_user() is not None:
        return redirect(login.next_page if login else build_landing_url())
    current_app.logger.warning("Login failed: %s", type(error).__name__)
    return render_template("login/failed.html"), 400


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    _end_token()
    current_session().clear()
    settings = get_settings()
    query = f"client_id={settings.client_id}&logout_uri={settings.public_url}/"
    return redirect(iri_to_uri(f"{settings.login_url}/logout?{query}"))


def _end_token(replacement: str = "") -> None:
    """Makes the API refuse the token of the session, also in a copy of the cookie.

    Without the API, the copy stays valid until the token expires.
    """
    token = current_session().get("token")
    if token is None or token == replacement or remaining_seconds() <= 0:
        return
    try:
        get_api_client().log_out()
    except LoginRequiredError:
        pass
    except ApiError as error:
        current_app.logger.warning("The token was not ended: status %s", error.status)


def _record_login() -> None:
    """Without the API, the login counts and has no entry."""
    try:
        get_api_client().record_login()
    except ApiError as error:
        current_app.logger.warning("The login was not recorded: status %s", error.status)


def _is_token_accepted() -> bool:
    """Without the API it counts as accepted: then its error says more than a login would."""
    try:
        get_api_client().check_session()
    except LoginRequiredError:
        return False
    except ApiError:
        current_app.logger.warning("The session was not checked")
    return True
