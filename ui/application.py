"""Builds the page: blueprints, sessions, form protection, headers, errors, words."""

import requests
from flask import Flask
from flask_wtf import CSRFProtect

from ui import errors, headers, model_card, presentation, radiographs, uploads, worklist
from ui.auth import login, oidc
from ui.auth.session_keys import SessionKeys
from ui.auth.sessions import CookieSessions
from ui.auth.user import require_login
from ui.auth.visitor import tell_apart
from ui.public_url import FrontDoor
from ui.settings import Settings
from ui.static_files import address_by_content

# Forms hold file names and notes; pictures go to S3.
_MAX_FORM_BYTES = 64 * 1024


def create_app(settings: Settings, keys: SessionKeys) -> Flask:
    app = Flask("ui")
    app.config.update(
        SECRET_KEY=keys.forms,
        MAX_CONTENT_LENGTH=_MAX_FORM_BYTES,
        # A form's token is good for as long as its session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = CookieSessions(keys.cookie)
    app.extensions.update(settings=settings, http=requests.Session())
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    CSRFProtect(app)
    require_login(app)
    oidc.connect(app, settings)
    headers.send_with_every_answer(app, settings)
    tell_apart(app)
    address_by_content(app)
    errors.explain(app)
    presentation.teach(app)
    for unit in (login, uploads, worklist, radiographs, model_card):
        app.register_blueprint(unit.blueprint)
    app.wsgi_app = FrontDoor(app.wsgi_app, settings.public_url)  # type: ignore[method-assign]
    return app
