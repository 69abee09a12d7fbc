"""Stores and withdraws a doctor's review of one radiograph."""

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.api import RadiographView
from contracts.api_requests import (
    RequestError,
    ReviewRequest,
    WithdrawalRequest,
    check_idempotency_key,
)
from contracts.findings import Finding, has_pneumonia
from contracts.language import gettext
from contracts.review_texts import OTHER_NEEDS_TEXT, format_review
from ui.auth.sessions import current_session
from ui.auth.user import current_user
from ui.place import current_place
from ui.view_helpers import get_api_client, is_htmx_request, new_idempotency_key

blueprint = Blueprint("reviews", __name__, url_prefix="/radiographs")


@blueprint.post("/<radiograph>/reviews")
def create(radiograph: str) -> ResponseReturnValue:
    note = request.form.get("note", "").strip()
    try:
        finding = Finding(request.form["finding"])
    except ValueError:
        abort(422)
    if finding is Finding.OTHER and not note:
        return _ask_for_text(radiograph)
    # Where a third doctor cannot tell, the others still differ.
    settles = "settles" in request.form and has_pneumonia(finding) is not None
    review_request = ReviewRequest(finding=finding, note=note, settles=settles)
    # A page that an earlier release sent has no key in its form.
    idempotency_key = request.form.get("idempotency_key") or new_idempotency_key()
    check_idempotency_key(idempotency_key)
    stored = get_api_client().create_review(
        radiograph, review_request, idempotency_key=idempotency_key
    )
    undo_id = stored.undo_id(_subject())
    # Also where the first response was lost: the page still lacks the answer.
    if is_htmx_request() and "is_answer_hidden" in request.form:
        return _load_anew(stored.radiograph, undo_id=undo_id)
    own = find_own_review_text(stored.radiograph)
    announcement = f"{gettext('Stored.') if stored.is_new else gettext('Stored before.')} {own}."
    return _render(stored.radiograph, announcement, undo_id=undo_id)


@blueprint.get("/<radiograph>/reviews")
def page(radiograph: str) -> ResponseReturnValue:
    """The reviews alone, for a page that is open. It costs one read of Redis, and does not extend
    the session: nobody may be in front of the page.
    """
    current_session().is_interactive = False
    batch = get_api_client().fetch_batch([], screening=[radiograph])
    if not batch.radiographs:
        abort(404)
    return render_template("radiographs/_review_list.html", view=batch.radiographs[0])


@blueprint.post("/<radiograph>/withdrawals")
def withdraw(radiograph: str) -> ResponseReturnValue:
    withdrawal = WithdrawalRequest(review_id=request.form["review_id"])
    view = get_api_client().withdraw_review(radiograph, withdrawal)
    own = find_own_review_text(view)
    announcement = gettext("The review is withdrawn.")
    if own:
        announcement += " " + gettext("{review} again.").format(review=own)
    return _render(view, announcement, undo_id=None)


@blueprint.post("/<radiograph>/answer")
def show_answer(radiograph: str) -> ResponseReturnValue:
    """Without a reading before."""
    return redirect(_build_page_url(get_api_client().show_answer(radiograph)))


def find_own_review_text(view: RadiographView) -> str:
    """The user's own review in words; empty where there is none."""
    texts = [
        format_review(review, doctor=review.by)
        for review in view.reviews
        if review.by == _subject()
    ]
    return texts[-1] if texts else ""


def _ask_for_text(radiograph: str) -> ResponseReturnValue:
    if is_htmx_request():
        return render_template(
            "radiographs/_reviews.html",
            view=get_api_client().fetch_radiograph(radiograph),
            announcement=f"{gettext(OTHER_NEEDS_TEXT)}.",
            asks_for_text=True,
        )
    raise RequestError(gettext(OTHER_NEEDS_TEXT))


def _render(view: RadiographView, announcement: str, *, undo_id: str | None) -> ResponseReturnValue:
    """The reviews alone, or the whole page again where the browser runs no script."""
    if is_htmx_request():
        return render_template(
            "radiographs/_reviews.html", view=view, announcement=announcement, undo_id=undo_id
        )
    return redirect(_build_page_url(view, undo_id=undo_id))


def _load_anew(view: RadiographView, *, undo_id: str | None) -> ResponseReturnValue:
    """The whole page: the answer and its map are new on it, and no other film follows."""
    response = make_response()
    response.headers["HX-Redirect"] = _build_page_url(view, undo_id=undo_id)
    return response


def _build_page_url(view: RadiographView, *, undo_id: str | None = None) -> str:
    return url_for("radiographs.page", radiograph=view.id, undo=undo_id, **current_place())


def _subject() -> str:
    user = current_user()
    return user.subject if user else ""
