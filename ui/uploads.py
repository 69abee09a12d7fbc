"""Takes the announcement of a file; the browser then sends the file itself to S3."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from contracts.api import MAX_FILE_BYTES, CreateRequest
from ui.auth.user import backend
from ui.polling import Waiting

blueprint = Blueprint("uploads", __name__)


@blueprint.get("/")
def page() -> ResponseReturnValue:
    return render_template("uploads/page.html", max_bytes=MAX_FILE_BYTES)


@blueprint.post("/uploads")
def announce() -> ResponseReturnValue:
    try:
        announced = CreateRequest(
            file_name=request.form["file_name"],
            bytes=int(request.form["bytes"]),
            age_years=int(request.form["age"]) if request.form.get("age") else None,
        )
    except ValueError:
        abort(422)
    created = backend().create(announced, key=request.form["key"])
    return render_template(
        "uploads/_announced.html",
        view=created.radiograph,
        upload=created.upload,
        waiting=Waiting(sent=True),
    )
