"""The help page: what to do when something is wrong, answers, files and keys.

It needs neither a login nor the API, so it is there when they are not.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from contracts import file_texts, texts
from contracts.rejections import Rejection
from ui.error_texts import UNAVAILABLE

blueprint = Blueprint("help", __name__)

# Stands for what a rejection names of the file, such as a modality.
_ANY_DETAIL = "\u2026"


@blueprint.get("/help")
def page() -> ResponseReturnValue:
    return render_template(
        "help/page.html",
        unavailable=UNAVAILABLE.translate(),
        not_assessed=[texts.format_not_assessed(reason) for reason in texts.NOT_ASSESSED],
        rejections=[_describe_rejection(reason) for reason in file_texts.REJECTIONS],
    )


def _describe_rejection(reason: Rejection) -> str:
    has_detail = "{detail}" in file_texts.REJECTIONS[reason]
    return file_texts.format_rejection(reason, _ANY_DETAIL if has_detail else "")
