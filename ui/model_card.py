"""The page of the model card, and the current card for the footer and the upload page."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, session
from flask.typing import ResponseReturnValue

from contracts.model_card import tells_adults
from contracts.sites import SettingsVersion
from ui.api_errors import ApiError
from ui.model_populations import describe_populations, name_valid_populations
from ui.view_helpers import get_api_client, get_site_client

blueprint = Blueprint("model_card", __name__)

# The screening function sees a promotion within 30 seconds; the footer may lag as long again.
_CACHE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class _CachedCard:
    """`expires_at` is on the monotonic clock."""

    card: Mapping[str, Any] | None
    expires_at: float


@blueprint.get("/model")
def page() -> ResponseReturnValue:
    card = get_api_client().fetch_model_card()
    return render_template(
        "model_card/page.html",
        card=card,
        populations=describe_populations(card),
        valid_populations=name_valid_populations(card),
        tells_adults=tells_adults(card),
        site_version=_fetch_settings(),
    )


def _fetch_settings() -> SettingsVersion | None:
    """None for a site without settings, or where they cannot be read: the card is shown anyway."""
    try:
        return get_site_client().fetch_settings()
    except ApiError:
        return None


def current_model_version() -> str | None:
    """None if nobody is logged in or the API does not answer."""
    card = current_model_card() or {}
    return str(card["model_version"]) if "model_version" in card else None


def current_model_card() -> Mapping[str, Any] | None:
    """None if nobody is logged in or the API does not answer."""
    cached: _CachedCard | None = current_app.extensions.get("model_card")
    if cached is None or cached.expires_at < time.monotonic():
        if "token" not in session:
            return None
        card, expires_at = _fetch_card(), time.monotonic() + _CACHE_SECONDS
        cached = _CachedCard(card=card, expires_at=expires_at)
        current_app.extensions["model_card"] = cached
    return cached.card


def _fetch_card() -> Mapping[str, Any] | None:
    try:
        return get_api_client().fetch_model_card()
    except ApiError:
        return None
