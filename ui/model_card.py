"""Shows the card of the model that answers."""

import time
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, session
from flask.typing import ResponseReturnValue

from ui.api_client import BackendError
from ui.auth.user import backend

blueprint = Blueprint("model", __name__)

# A promotion is seen by screening within 30 seconds; the footer may be as late again.
_KEEP_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class _Known:
    version: str | None
    until: float


@blueprint.get("/model")
def page() -> ResponseReturnValue:
    return render_template("model/page.html", card=backend().model())


def version() -> str | None:
    """For the footer; None where nobody is logged in or the API cannot say."""
    known: _Known | None = current_app.extensions.get("model_version")
    if known is None or known.until < time.monotonic():
        if "token" not in session:
            return None
        known = _Known(version=_ask(), until=time.monotonic() + _KEEP_SECONDS)
        current_app.extensions["model_version"] = known
    return known.version


def _ask() -> str | None:
    try:
        card: dict[str, Any] = backend().model()
    except BackendError:
        return None
    return str(card["model_version"]) if "model_version" in card else None
