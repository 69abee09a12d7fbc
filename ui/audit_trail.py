"""The administrator's page of one film: what happened to it, and who opened it."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from contracts.audit_texts import format_event
from ui.api_errors import ApiError
from ui.view_helpers import get_api_client, get_site_client

blueprint = Blueprint("audit_trail", __name__, url_prefix="/radiographs")


@blueprint.get("/<radiograph>/audit")
def page(radiograph: str) -> ResponseReturnValue:
    last_day = request.args.get("until", type=date.fromisoformat)
    until = last_day.isoformat() if last_day else None
    trail = get_api_client().fetch_audit_trail(radiograph, until=until)
    day_before = date.fromisoformat(trail.openings_from) - timedelta(days=1)
    return render_template(
        "audit_trail/page.html",
        trail=trail,
        format_event=format_event,
        account_names=_fetch_account_names(),
        until=until,
        earlier=day_before.isoformat() if trail.has_earlier_openings else None,
    )


def _fetch_account_names() -> Mapping[str, str]:
    """The addresses of the site's accounts by their ids; none where the login does not answer."""
    try:
        return {each.id: each.email for each in get_site_client().fetch_people().accounts}
    except ApiError:
        return {}
