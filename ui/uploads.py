"""The upload page, and the request that announces a file; the browser sends the file to S3."""

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from contracts.api_requests import CreateRequest, check_idempotency_key
from contracts.limits import MAX_BATCH, MAX_FILE_BYTES
from ui.ages import parse_age
from ui.api_errors import ApiError, LoginRequiredError
from ui.model_card import current_model_card
from ui.model_populations import name_valid_populations
from ui.place import UPLOADS
from ui.polling import Polling
from ui.rows import read_ids
from ui.view_helpers import get_api_client

blueprint = Blueprint("uploads", __name__)


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """Needs no data, so it asks the API whether the session was ended. It is also shown where the
    API does not answer.
    """
    try:
        get_api_client().check_session()
    except LoginRequiredError:
        raise
    except ApiError:
        current_app.logger.warning("The session was not checked")
    card = current_model_card()
    return render_template(
        "uploads/page.html",
        max_bytes=MAX_FILE_BYTES,
        valid_populations=name_valid_populations(card) if card else "",
        place=UPLOADS,
    )


@blueprint.get("/uploads/rows")
def rows() -> ResponseReturnValue:
    """The rows of uploads by their ids, which the browser remembers while its tab is open."""
    ids = read_ids("ids")
    if not 1 <= len(ids) <= MAX_BATCH:
        abort(422)
    batch = get_api_client().fetch_batch(ids, screening=())
    return render_template(
        "uploads/_rows.html", views=batch.radiographs, polling=Polling(), place=UPLOADS
    )


@blueprint.post("/uploads")
def create() -> ResponseReturnValue:
    """Returns the row of the new radiograph, with the form for S3 in its attributes."""
    age_years = parse_age(request.form.get("age_years", ""))
    try:
        size = int(request.form["bytes"])
    except ValueError:
        abort(422)
    create_request = CreateRequest(
        file_name=request.form["file_name"], bytes=size, age_years=age_years
    )
    idempotency_key = request.form["idempotency_key"]
    check_idempotency_key(idempotency_key)
    created = get_api_client().create_radiograph(create_request, idempotency_key=idempotency_key)
    return render_template(
        "radiographs/_row.html",
        view=created.radiograph,
        upload_form=created.upload,
        polling=Polling(file_sent=True),
        place=UPLOADS,
    )
