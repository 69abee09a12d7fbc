"""Logs a doctor in and out."""

from authlib.integrations.flask_client import OAuthError  # type: ignore[import-untyped]
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.urls import iri_to_uri

from contracts.access import AccessError, parse_user
from ui.auth import oidc
from ui.auth.user import claims_of, current_user, local_path, settings

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    after = local_path(request.args.get("next", ""))
    if current_user() is not None:
        return redirect(after)
    return render_template("login/page.html", after=after, is_over="over" in request.args)


@blueprint.get("/login/start")
def start() -> ResponseReturnValue:
    address = oidc.begin(f"{settings().public_url}/login/callback")
    session["after"] = local_path(request.args.get("next", ""))
    return redirect(address)


@blueprint.get("/login/callback")
def callback() -> ResponseReturnValue:
    after = session.get("after") or url_for("uploads.page")
    try:
        token = oidc.finish(settings())
        parse_user(claims_of(token))
    except (OAuthError, JoseError, RequestException) as error:
        if current_user() is not None:
            return redirect(after)
        current_app.logger.warning("Login failed: %s", type(error).__name__)
        return render_template("login/failed.html"), 400
    except AccessError as error:
        return render_template("login/no_access.html", why=str(error)), 403
    # Nothing from before the login is kept, so nobody can have planted it.
    session.clear()
    session["token"] = token
    return redirect(after)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    session.clear()
    home = f"{settings().public_url}/"
    query = f"client_id={settings().client_id}&logout_uri={home}"
    return redirect(iri_to_uri(f"{settings().login_url}/logout?{query}"))
