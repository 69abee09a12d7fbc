"""The filters, functions and values that all templates share."""

from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from contracts import evidence_texts, file_texts, review_texts, texts
from contracts.access import User
from contracts.api import ReviewView
from contracts.cautions import list_cautions
from contracts.differences import may_settle
from contracts.language import ENGLISH, current_language, gettext, ngettext
from contracts.limits import MAX_AGE_YEARS, MAX_BATCH, MAX_EXPORT_ROWS
from contracts.report_texts import LIMITS
from contracts.version import SOFTWARE_VERSION
from contracts.worklist_order import find_longest_wait
from languages.formats import format_iso_day, format_number
from ui.auth.user import can_change_settings, can_review, current_user, seconds_to_renewal
from ui.formatting import (
    capitalize_first,
    format_duration,
    format_exact_time,
    format_list_count,
    format_megabytes,
    format_relative_time,
    format_site,
    format_wait,
)
from ui.keyboard import FIXED_KEYS, HINT, SHORTCUTS
from ui.language_choice import find_direction, has_script_texts, list_names
from ui.model_card import current_model_version
from ui.patients import format_title, has_patient_id, list_details
from ui.place import build_back_url, build_entry, build_landing_url, current_place
from ui.probability_scale import build_scale
from ui.rows import MAX_WAITING_POLLS
from ui.status import build_status
from ui.view_helpers import get_settings, is_htmx_request, new_idempotency_key


def register_template_helpers(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(_translate, _translate_count)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        relative_time=format_relative_time,
        exact_time=format_exact_time,
        iso_day=format_iso_day,
        wait=format_wait,
        list_count=format_list_count,
        duration=format_duration,
        megabytes=format_megabytes,
        stored_text=_translate_stored_text,
        number=format_number,
        site=format_site,
        percent=evidence_texts.format_percent,
        capitalize_first=capitalize_first,
    )
    app.jinja_env.globals.update(
        file_texts=file_texts,
        texts=texts,
        evidence_texts=evidence_texts,
        predictor_names=texts.PREDICTORS,
        build_scale=build_scale,
        build_status=build_status,
        build_back_url=build_back_url,
        build_entry=build_entry,
        build_landing_url=build_landing_url,
        find_longest_wait=find_longest_wait,
        finding_labels=review_texts.FINDINGS,
        list_cautions=list_cautions,
        max_age_years=MAX_AGE_YEARS,
        format_review=_format_review,
        format_outcome=review_texts.format_outcome,
        format_title=format_title,
        has_patient_id=has_patient_id,
        list_patient_details=list_details,
        differing_text=review_texts.DIFFERING,
        other_needs_text=review_texts.OTHER_NEEDS_TEXT,
        may_settle=may_settle,
        shortcuts=SHORTCUTS,
        fixed_keys=FIXED_KEYS,
        keys_hint=HINT,
        new_idempotency_key=new_idempotency_key,
        max_batch=MAX_BATCH,
        max_export_rows=MAX_EXPORT_ROWS,
        report_limits=LIMITS,
        software_version=SOFTWARE_VERSION,
        max_waiting_polls=MAX_WAITING_POLLS,
        renewal_seconds=lambda: max(0, round(seconds_to_renewal())),
    )
    app.jinja_env.globals.update(
        current_language=current_language,
        find_direction=find_direction,
        has_script_texts=has_script_texts,
        list_languages=list_names,
    )
    app.context_processor(_request_values)


def _translate(text: str) -> Markup:
    """The texts of a catalogue are our own, some with tags: they are not escaped."""
    return Markup(gettext(text))


def _translate_count(singular: str, plural: str, number: int) -> Markup:
    return Markup(ngettext(singular, plural, number))


def _translate_stored_text(text: str) -> Markup:
    """A sentence of the model card, or of the deploy: English where no catalogue has it."""
    translation = gettext(text)
    if translation == text and current_language().code != ENGLISH:
        return Markup('<span lang="en" dir="ltr">{}</span>').format(text)
    return escape(translation)


def _format_review(review: ReviewView, user: User | None) -> str:
    return review_texts.format_review(review, doctor=user.subject if user else "")


def _request_values() -> dict[str, Any]:
    return {
        "user": current_user(),
        "can_review": can_review,
        "can_change_settings": can_change_settings,
        "current_model_version": current_model_version,
        "settings": get_settings(),
        "is_htmx_request": is_htmx_request(),
        "place": current_place(),
    }
