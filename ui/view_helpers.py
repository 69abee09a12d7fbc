"""Helpers of all views: settings, API client, and whether a page fragment is expected."""

import uuid
from typing import TypeVar, cast

import requests
from flask import current_app, request

from ui.api_client import ApiClient
from ui.api_connection import ApiConnection
from ui.auth.sessions import current_session
from ui.settings import Settings
from ui.site_client import SiteClient

_Client = TypeVar("_Client", bound=ApiConnection)


def get_settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def get_api_client() -> ApiClient:
    """A client that calls the API as the logged-in user."""
    return _connect(ApiClient)


def get_site_client() -> SiteClient:
    """The same, for settings, people and figures of the site."""
    return _connect(SiteClient)


def new_idempotency_key() -> str:
    """For one form: the same form sent twice has the same key."""
    return str(uuid.uuid4())


def is_htmx_request() -> bool:
    """True if HTMX or one of our scripts sent the request and expects a fragment of a page."""
    return "HX-Request" in request.headers


def _connect(client_type: type[_Client]) -> _Client:
    http_session = cast(requests.Session, current_app.extensions["http_session"])
    token = current_session()["token"]
    return client_type(url=get_settings().api_url, token=token, http_session=http_session)
