"""Corrects the age of a radiograph's patient, and reads ages from forms."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contracts.api_requests import AgeRequest, RequestError
from contracts.language import gettext
from contracts.limits import MAX_AGE_YEARS
from ui import radiographs
from ui.place import current_place
from ui.view_helpers import get_api_client, is_htmx_request

blueprint = Blueprint("ages", __name__, url_prefix="/radiographs")


@blueprint.post("/<radiograph>/age")
def correct(radiograph: str) -> ResponseReturnValue:
    age_request = AgeRequest(age_years=parse_age(request.form.get("age_years", "")))
    get_api_client().correct_age(radiograph, age_request)
    if is_htmx_request():
        return radiographs.page(radiograph)
    return redirect(url_for("radiographs.page", radiograph=radiograph, **current_place()))


def parse_age(text: str) -> int | None:
    """None for an empty field. Raises RequestError, which names the age."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:9]) <= MAX_AGE_YEARS):
        text = gettext("The age is in whole years, from 0 to {number}")
        raise RequestError(text.format(number=MAX_AGE_YEARS))
    return int(text)
