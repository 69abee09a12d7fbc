"""Logs users in and out."""

from authlib.integrations.flask_client import OAuthError  # type: ignore[import-untyped]
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.urls import iri_to_uri

from contracts.access import AccessError, parse_user
from ui.api_client import ApiError
from ui.auth import oidc
from ui.auth.login_redirect import local_path
from ui.auth.user import current_user, parse_claims
from ui.view_helpers import get_api_client, get_settings

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    next_page = local_path(request.args.get("next", ""))
    if current_user() is not None:
        return redirect(next_page)
    has_expired = "expired" in request.args
    return render_template("login/page.html", next_page=next_page, has_expired=has_expired)


@blueprint.get("/login/start")
def start() -> ResponseReturnValue:
    address = oidc.start_login(f"{get_settings().public_url}/login/callback")
    session["next_page"] = local_path(request.args.get("next", ""))
    return redirect(address)


@blueprint.get("/login/callback")
def callback() -> ResponseReturnValue:
    next_page = session.get("next_page") or url_for("uploads.page")
    try:
        token = oidc.finish_login(get_settings())
        parse_user(parse_claims(token))
    except (OAuthError, JoseError, RequestException) as error:
        if current_user() is not None:
            return redirect(next_page)
        current_app.logger.warning("Login failed: %s", type(error).__name__)
        return render_template("login/failed.html"), 400
    except AccessError as error:
        return render_template("login/no_access.html", reason=str(error)), 403
    # A new session, so that nobody can fix its contents before the login (session fixation).
    session.clear()
    session["token"] = token
    return redirect(next_page)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    if current_user() is not None:
        _end_token()
    session.clear()
    settings = get_settings()
    query = f"client_id={settings.client_id}&logout_uri={settings.public_url}/"
    return redirect(iri_to_uri(f"{settings.login_url}/logout?{query}"))


def _end_token() -> None:
    """Without the API, the token in a copy of the cookie stays valid until it expires."""
    try:
        get_api_client().log_out()
    except ApiError as error:
        current_app.logger.warning("The token was not ended: status %s", error.status)
