"""The rows of a list that wait for an answer, and what is new in it: one request asks for all."""

import re
from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from contracts import keys
from contracts.api import ListCounts, RadiographView
from contracts.limits import MAX_BATCH
from ui.auth.sessions import current_session
from ui.date_filter import read_date_filter
from ui.place import selected_filter
from ui.polling import Polling, Wait
from ui.view_helpers import get_api_client

blueprint = Blueprint("rows", __name__)

# The API holds the response for up to this long. After a minute without a change it answers at
# once, and static/waiting_rows.js asks less often.
_WAIT_SECONDS = 2
MAX_WAITING_POLLS = 30
_IDS = re.compile(rf"{keys.RADIOGRAPH_ID_PATTERN}(,{keys.RADIOGRAPH_ID_PATTERN})*")


@blueprint.get("/rows")
def changed() -> ResponseReturnValue:
    """Returns the rows that have changed. The query names all rows that wait, by what each says.
    With `since`, it returns what is new in the list since that time, and the counts of all lists.

    It does not extend the session: nobody may be in front of the page.
    """
    current_session().is_interactive = False
    shown, since = _read_shown(), request.args.get("since", type=int)
    if not shown and since is None:
        abort(422)
    screening = [each for each, wait in shown.items() if wait is Wait.SCREENING]
    views = _fetch_views(shown, screening) if shown else ()
    rows = [(view, Polling(file_sent=view.id in screening)) for view in views]
    return render_template(
        "radiographs/_changed_rows.html",
        rows=[
            (view, polling) for view, polling in rows if polling.wait_for(view) != shown[view.id]
        ],
        missing_ids=shown.keys() - {view.id for view in views},
        counts=None if since is None else _fetch_counts(since),
        shown_additions=request.args.get("additions", 0, type=int),
    )


def _fetch_views(shown: Mapping[str, Wait], screening: Sequence[str]) -> Sequence[RadiographView]:
    batch = get_api_client().fetch_batch(
        [each for each in shown if each not in screening],
        screening=screening,
        wait_seconds=_WAIT_SECONDS if _read_polls() < MAX_WAITING_POLLS else 0,
    )
    return batch.radiographs


def _fetch_counts(since: int) -> ListCounts:
    return get_api_client().fetch_counts(
        worklist_filter=selected_filter(), since=since, times=read_date_filter().times
    )


def _read_shown() -> Mapping[str, Wait]:
    """What each row says now; 422 for ids that are none or too many."""
    shown = {each: wait for wait in Wait for each in read_ids(wait)}
    if len(shown) > MAX_BATCH:
        abort(422)
    return shown


def read_ids(name: str) -> Sequence[str]:
    """The ids in a field of the query, joined by commas; 422 where one is none."""
    text = request.args.get(name, "")
    if text and not _IDS.fullmatch(text):
        abort(422)
    return text.split(",") if text else ()


def _read_polls() -> int:
    """The number of polls since something has changed."""
    return request.args.get("polls", 0, type=int)
