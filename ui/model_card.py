"""The page of the model card, and the version of the current model for the footer."""

import time
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, session
from flask.typing import ResponseReturnValue

from contracts.sites import SettingsVersion
from ui.api_client import ApiClient, ApiError
from ui.view_helpers import get_api_client

blueprint = Blueprint("model_card", __name__)

# The screening function sees a promotion within 30 seconds; the footer may lag as long again.
_CACHE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class _CachedVersion:
    """`expires_at` is on the monotonic clock."""

    version: str | None
    expires_at: float


@blueprint.get("/model")
def page() -> ResponseReturnValue:
    client = get_api_client()
    card = client.fetch_model_card()
    return render_template("model_card/page.html", card=card, site_version=_fetch_settings(client))


def _fetch_settings(client: ApiClient) -> SettingsVersion | None:
    """None for a site without settings, or where they cannot be read: the card is shown anyway."""
    try:
        return client.fetch_settings()
    except ApiError:
        return None


def current_model_version() -> str | None:
    """None if nobody is logged in or the API does not answer."""
    cached: _CachedVersion | None = current_app.extensions.get("model_version")
    if cached is None or cached.expires_at < time.monotonic():
        if "token" not in session:
            return None
        version, expires_at = _fetch_version(), time.monotonic() + _CACHE_SECONDS
        cached = _CachedVersion(version=version, expires_at=expires_at)
        current_app.extensions["model_version"] = cached
    return cached.version


def _fetch_version() -> str | None:
    try:
        card = get_api_client().fetch_model_card()
    except ApiError:
        return None
    return str(card["model_version"]) if "model_version" in card else None
