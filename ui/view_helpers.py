"""Helpers of all views: settings, API client, and whether a page fragment is expected."""

import uuid
from typing import cast

import requests
from flask import current_app, request

from ui.api_client import ApiClient
from ui.auth.sessions import current_session
from ui.settings import Settings


def get_settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def get_api_client() -> ApiClient:
    """A client that calls the API as the logged-in user."""
    http_session = cast(requests.Session, current_app.extensions["http_session"])
    token = current_session()["token"]
    return ApiClient(url=get_settings().api_url, token=token, http_session=http_session)


def new_idempotency_key() -> str:
    """For one form: the same form sent twice has the same key."""
    return str(uuid.uuid4())


def is_htmx_request() -> bool:
    """True if HTMX or one of our scripts sent the request and expects a fragment of a page."""
    return "HX-Request" in request.headers
