"""Deletes a film in two steps: the reason, then a page that names the film; shows what is left."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts import deletion_texts
from contracts.api import RadiographView
from contracts.api_requests import DeletionRequest, RequestError
from contracts.deletion import Deletion, DeletionReason
from contracts.language import gettext
from ui.auth.user import can_change_settings, current_user
from ui.formatting import format_exact_time
from ui.place import current_place
from ui.polling import Polling
from ui.view_helpers import get_api_client, is_htmx_request

blueprint = Blueprint("deletions", __name__, url_prefix="/radiographs")


@blueprint.get("/<radiograph>/deletion")
def page(radiograph: str) -> ResponseReturnValue:
    """Asks for the reason; with one, it names the film and asks whether to delete it. The film is
    opened, as on its page: its patient and its thumbnail are shown.
    """
    _require_administrator()
    view = get_api_client().fetch_radiograph(radiograph)
    if view.deletion:
        return show_trace(view)
    reason = request.args.get("reason", "")
    return render_template(
        "deletions/page.html",
        view=view,
        reasons=deletion_texts.REASONS,
        reason=_parse_reason(reason) if reason else None,
        format_reason=deletion_texts.format_reason,
        explanation=gettext(deletion_texts.EXPLANATION),
    )


@blueprint.post("/<radiograph>/deletion")
def delete(radiograph: str) -> ResponseReturnValue:
    _require_administrator()
    deletion_request = DeletionRequest(reason=_parse_reason(request.form.get("reason", "")))
    get_api_client().delete_radiograph(radiograph, deletion_request)
    return redirect(url_for("radiographs.page", radiograph=radiograph, **current_place()))


def show_trace(view: RadiographView) -> str:
    """The page of a deleted film, or the fragment in its place on a page that polls."""
    template = "deletions/_trace.html" if is_htmx_request() else "deletions/trace.html"
    return render_template(
        template, view=view, polling=Polling(), explanation=gettext(deletion_texts.EXPLANATION)
    )


def format_deletion(deletion: Deletion) -> str:
    """Such as "On 29 Nov 2026, 10:20:00 UTC by an administrator: it is there twice."."""
    user = current_user()
    author = deletion_texts.format_author(deletion, reader=user.subject if user else "")
    values = {"time": format_exact_time(deletion.at), "author": author}
    if not deletion.reason:
        return gettext("On {time} by {author}").format(**values)
    reason = deletion_texts.format_reason(deletion.reason)
    return gettext("On {time} by {author}: {reason}.").format(**values, reason=reason)


def _require_administrator() -> None:
    if not can_change_settings(current_user()):
        abort(403)


def _parse_reason(text: str) -> DeletionReason:
    """Raises RequestError."""
    try:
        return DeletionReason(text)
    except ValueError as error:
        raise RequestError(gettext("Choose one of the reasons of the list")) from error
