"""Corrects a patient's age, as a fact with the answer that follows from it."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.answers import Answer
from contracts.api import RadiographView
from contracts.facts import AgeCorrected, Fact
from contracts.record import Record, State
from contracts.sites import SettingsVersion
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import NotAnsweredYet, RadiographNotFound, RadiographUnreadable
from lambdas.api.request_models import AgeRequest
from lambdas.api.reviewers import read_answered, require_doctor, update_copies
from lambdas.api.services import services
from lambdas.api.views import build_full_view
from screening.answer import build_answer_at_age
from screening.card import parse_card

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/age",
    summary="Correct the patient's age, from which the answer follows",
    responses=describe_responses(
        RadiographView,
        {
            HTTPStatus.CREATED: "Stored. The body has the answer for this age.",
            HTTPStatus.OK: "The radiograph has this age already.",
        },
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.CONFLICT: NotAnsweredYet.detail,
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def correct(radiograph: str, request: AgeRequest) -> Response[RadiographView]:
    user = require_doctor(router.current_event)
    identified_record = read_answered(radiograph, user)
    settings = _read_settings(user.site)
    result = services().records.append(
        identified_record.record,
        partial(
            _build_fact,
            by=user.subject,
            age_years=request.age_years,
            answer_at_age=partial(_answer_at_age, settings=settings, age_years=request.age_years),
            settings_version=settings.number if settings else None,
        ),
    )
    view = build_full_view(update_copies(identified_record, result), services().images, user=user)
    status = HTTPStatus.CREATED if result.is_written else HTTPStatus.OK
    return Response(status, "application/json", view)


def _read_settings(site: str) -> SettingsVersion | None:
    """None for a site without settings, as at its screening."""
    newest = services().settings.read_newest(site)
    deployed = services().deployed.get(site)
    if newest is not None or deployed is None:
        return newest
    at = clock.to_text(clock.now())
    return services().settings.read_or_create(site, deployed=deployed, at=at)


def _answer_at_age(
    answer: Answer, *, settings: SettingsVersion | None, age_years: int | None
) -> Answer:
    """By the card of the model that gave the answer, which may no longer be the current one."""
    card = parse_card(services().models.read_card(answer.model_version))
    site = settings.settings if settings else None
    return build_answer_at_age(answer, card, site=site, age_years=age_years)


def _build_fact(
    record: Record,
    *,
    by: str,
    age_years: int | None,
    answer_at_age: Callable[[Answer], Answer],
    settings_version: int | None,
) -> Fact | None:
    """None where the radiograph has this age already, or cannot have one any more."""
    if record.state is not State.SCREENED or record.answer is None:
        return None
    if record.age_years == age_years:
        return None
    return AgeCorrected(
        radiograph_id=record.radiograph_id,
        sequence=record.sequence + 1,
        at=clock.to_text(clock.now()),
        by=by,
        age_years=age_years,
        answer=answer_at_age(record.answer),
        settings_version=settings_version,
    )
