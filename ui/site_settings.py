"""The administrator's page of the site: its settings, their history, a form to change them."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.api_requests import RequestError, RestoreRequest, SettingsRequest
from contracts.language import gettext, mark
from contracts.sites import AgePolicy
from ui.api_errors import ApiError
from ui.site_client import SiteClient
from ui.view_helpers import get_site_client

blueprint = Blueprint("site_settings", __name__, url_prefix="/settings")

_NAMES = {
    "replaces": mark("replaces"),
    "restores": mark("restores"),
    "prevalence_percent": mark("prevalence percent"),
    "slope": mark("slope"),
    "offset": mark("offset"),
    "blind_percent": mark("blind readings in per cent"),
}


@blueprint.get("")
def page() -> ResponseReturnValue:
    return _render(get_site_client())


@blueprint.post("")
def change() -> ResponseReturnValue:
    policy = request.form.get("age_policy", "")
    if policy not in set(AgePolicy):
        raise RequestError(gettext("the answer for other ages is withheld or shown"))
    settings_request = SettingsRequest(
        replaces=int(_read_number("replaces")),
        prevalence=round(_read_number("prevalence_percent") / 100, 6),
        slope=_read_number("slope"),
        offset=_read_number("offset"),
        age_policy=AgePolicy(policy),
        requires_age="requires_age" in request.form,
        blind_share=_read_blind_share(),
        allows_training=_read_consent(),
        reason=request.form.get("reason", "").strip(),
    )
    return _store(lambda client: client.change_settings(settings_request))


@blueprint.post("/restore")
def restore() -> ResponseReturnValue:
    restore_request = RestoreRequest(
        replaces=int(_read_number("replaces")), restores=int(_read_number("restores"))
    )
    return _store(lambda client: client.restore_settings(restore_request))


def _store(send: Callable[[SiteClient], object]) -> ResponseReturnValue:
    """Shows the page again where somebody else has changed the settings meanwhile."""
    client = get_site_client()
    try:
        send(client)
    except ApiError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        return _render(client, conflict=error.detail), HTTPStatus.CONFLICT
    return redirect(url_for("site_settings.page"))


def _render(client: SiteClient, *, conflict: str = "") -> str:
    versions = client.fetch_settings_history().versions
    return render_template("site_settings/page.html", versions=versions, conflict=conflict)


def _read_blind_share() -> float | None:
    """None where the form did not change it, as in a form of an earlier release without the field.
    Raises RequestError.
    """
    if request.form.get("blind_percent") == request.form.get("blind_percent_before"):
        return None
    return round(_read_number("blind_percent") / 100, 6)


def _read_consent() -> bool | None:
    """None where the form did not change it, as above."""
    allows_training = "allows_training" in request.form
    before = request.form.get("allows_training_before")
    return None if before in (None, "yes" if allows_training else "no") else allows_training


def _read_number(name: str) -> float:
    """Raises RequestError."""
    try:
        number = float(request.form.get(name, ""))
        int(number)
    except (ValueError, OverflowError) as error:
        text = gettext("{name} is a number").format(name=gettext(_NAMES[name]))
        raise RequestError(text) from error
    return number
