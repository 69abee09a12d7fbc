"""Shows one radiograph with its answer, says its state, and takes a doctor's review."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from contracts.api import RadiographView, ReviewRequest
from contracts.facts import Verdict
from ui.api_client import BackendError
from ui.auth.user import backend, is_from_script
from ui.polling import Waiting
from ui.worklist import chosen_filter

blueprint = Blueprint("radiographs", __name__, url_prefix="/radiographs")


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The ids before and after one radiograph in the worklist, where they are near its start."""

    previous: str | None = None
    next: str | None = None


@blueprint.get("/<radiograph>")
def page(radiograph: str) -> ResponseReturnValue:
    waiting = _asked().once_more()
    view = backend().radiograph(radiograph)
    template = "radiographs/_reading.html" if is_from_script() else "radiographs/page.html"
    chosen = chosen_filter()
    return render_template(
        template,
        view=view,
        waiting=waiting,
        chosen=chosen,
        near=neighbours(view, chosen),
    )


@blueprint.get("/<radiograph>/state")
def state(radiograph: str) -> ResponseReturnValue:
    asked = _asked()
    view = backend().radiograph(radiograph, wait=asked.seconds)
    return render_template("radiographs/_state_answer.html", view=view, waiting=asked.once_more())


@blueprint.post("/<radiograph>/reviews")
def review(radiograph: str) -> ResponseReturnValue:
    try:
        given = ReviewRequest(
            verdict=Verdict(request.form["verdict"]), note=request.form.get("note", "").strip()
        )
    except ValueError:
        abort(422)
    view = backend().review(radiograph, given)
    if is_from_script():
        return render_template("radiographs/_review.html", view=view, chosen=chosen_filter())
    return redirect(url_for("radiographs.page", radiograph=radiograph, filter=chosen_filter()))


def neighbours(view: RadiographView, chosen: str) -> Neighbours:
    """By time, so that one which just left the filter still has its place. Costs one question,
    and the page does without where it is not answered.
    """
    try:
        listed = backend().worklist(chosen=chosen).radiographs
    except BackendError:
        return Neighbours()
    newer = [other.id for other in listed if other.created_at > view.created_at]
    older = [other.id for other in listed if other.created_at < view.created_at]
    is_near = bool(older) or view.id in {other.id for other in listed}
    return Neighbours(
        previous=newer[-1] if newer and is_near else None, next=older[0] if older else None
    )


def _asked() -> Waiting:
    """What the page has asked before; one that asks on its own keeps nobody logged in."""
    if "asked" in request.args:
        session.in_use = False  # type: ignore[attr-defined]
    asked = request.args.get("asked", 0, type=int)
    return Waiting(asked=max(0, min(asked, 9999)), sent="sent" in request.args)
