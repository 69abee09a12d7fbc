"""The upload page, and the request that announces a file; the browser sends the file to S3."""

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from contracts.api import CreateRequest, check_idempotency_key
from contracts.limits import MAX_FILE_BYTES
from ui.api_client import ApiError, LoginRequiredError
from ui.polling import Polling
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
    return render_template("uploads/page.html", max_bytes=MAX_FILE_BYTES)


@blueprint.post("/uploads")
def create() -> ResponseReturnValue:
    """Returns the row of the new radiograph, with the form for S3 in its attributes."""
    age = request.form.get("age_years")
    try:
        size, age_years = int(request.form["bytes"]), int(age) if age else None
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
    )
