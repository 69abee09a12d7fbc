"""The filters, functions and values that all templates share."""

from typing import Any

from flask import Flask

from contracts import texts
from contracts.answers import Predictor
from ui.auth.user import can_change_settings, can_review, current_user
from ui.formatting import format_duration, format_exact_time, format_megabytes, format_relative_time
from ui.model_card import current_model_version
from ui.polling import Polling
from ui.probability_scale import build_scale
from ui.status import build_status
from ui.view_helpers import get_settings, is_htmx_request, new_idempotency_key
from ui.worklist import filter_argument

_PREDICTOR_NAMES = {Predictor.ENDPOINT: "GPU endpoint", Predictor.CPU: "CPU model"}


def register_template_helpers(app: Flask) -> None:
    app.jinja_env.filters.update(
        relative_time=format_relative_time,
        exact_time=format_exact_time,
        duration=format_duration,
        megabytes=format_megabytes,
        percent=texts.format_percent,
    )
    app.jinja_env.globals.update(
        texts=texts,
        predictor_names=_PREDICTOR_NAMES,
        build_scale=build_scale,
        build_status=build_status,
        new_idempotency_key=new_idempotency_key,
        # Rows of the worklist skip the first poll, the one that the API holds.
        worklist_polling=Polling(polls=1),
    )
    app.context_processor(_request_values)


def _request_values() -> dict[str, Any]:
    return {
        "user": current_user(),
        "can_review": can_review,
        "can_change_settings": can_change_settings,
        "current_model_version": current_model_version,
        "settings": get_settings(),
        "is_htmx_request": is_htmx_request(),
        "filter_argument": filter_argument(),
    }
