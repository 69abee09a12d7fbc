"""Builds the Flask application of the page."""

from flask import Flask
from flask_wtf import CSRFProtect

from languages.catalogues import Catalogues
from ui import (
    ages,
    audit_trail,
    deletions,
    errors,
    files,
    help_page,
    language_choice,
    model_card,
    overview,
    patient_films,
    people,
    radiographs,
    reviews,
    rows,
    site_settings,
    uploads,
    worklist,
)
from ui.auth import login
from ui.auth.login_redirect import require_login
from ui.auth.oidc import register_oidc_client
from ui.auth.session_keys import SessionKeys
from ui.auth.sessions import CookieSessions
from ui.auth.visitor_cookie import add_visitor_cookie
from ui.http_session import build_http_session
from ui.public_url_middleware import PublicUrlMiddleware
from ui.request_log import log_requests
from ui.response_headers import add_response_headers
from ui.settings import Settings
from ui.static_file_hashes import add_content_hashes
from ui.template_helpers import register_template_helpers

# Forms hold file names and notes; images go to S3.
_MAX_FORM_BYTES = 64 * 1024


def create_app(
    settings: Settings,
    keys: SessionKeys,
    *,
    page_key: str,
    catalogues: Catalogues | None = None,
) -> Flask:
    """`page_key` tells the firewall that a call to the API is the page's own. `catalogues`
    are those of the product, unless others are given.
    """
    app = Flask("ui")
    app.config.update(
        SECRET_KEY=keys.forms,
        MAX_CONTENT_LENGTH=_MAX_FORM_BYTES,
        # A form's token is valid as long as its session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = CookieSessions(keys.cookie)
    app.extensions.update(settings=settings, http_session=build_http_session(page_key))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    log_requests(app)
    language_choice.add_languages(app, catalogues or Catalogues())
    CSRFProtect(app)
    require_login(app)
    register_oidc_client(app, settings)
    add_response_headers(app, settings)
    add_visitor_cookie(app)
    add_content_hashes(app)
    errors.register_error_handlers(app)
    register_template_helpers(app)
    for module in (
        login,
        uploads,
        worklist,
        radiographs,
        patient_films,
        audit_trail,
        deletions,
        reviews,
        rows,
        ages,
        files,
        model_card,
        site_settings,
        help_page,
        language_choice,
        overview,
        people,
    ):
        app.register_blueprint(module.blueprint)
    middleware = PublicUrlMiddleware(app.wsgi_app, settings.public_url)
    app.wsgi_app = middleware  # type: ignore[method-assign]
    return app
