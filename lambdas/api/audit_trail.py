"""Shows administrators what happened to a radiograph of their site, also after its deletion."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.audit import AuditTrail, build_event, find_author
from contracts.blind_readings import hides_answer
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.openings import find_creation_day, find_days, list_openings
from lambdas.api.problems import RadiographNotFound, ReadingAwaited
from lambdas.api.services import require_administrator, services

router = APIGatewayRouter()


@router.get(
    "/radiographs/<radiograph>/audit",
    summary="What happened to a radiograph, and who opened it",
    responses=describe_responses(
        AuditTrail,
        {HTTPStatus.OK: "Facts in their order and openings newest first, for administrators."},
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.CONFLICT: ReadingAwaited.detail,
        },
    ),
)
def read(radiograph: str, until: Annotated[date | None, Query()] = None) -> AuditTrail:
    """`until` is the last day of the openings, in UTC: today where it is missing, or later."""
    user = require_administrator(router.current_event)
    identified_record = services().read_record_or_trace(radiograph, user)
    if hides_answer(identified_record.record, user):
        raise ReadingAwaited
    fact_list = services().records.list_facts(radiograph)
    names = identified_record.reviewers
    today = clock.now().date()
    first, last = find_days(identified_record, last=min(until or today, today))
    return AuditTrail(
        radiograph_id=radiograph,
        events=tuple(
            build_event(fact, name=names.get(find_author(fact), "")) for fact in fact_list.facts
        ),
        complete=fact_list.complete,
        openings=list_openings(user, identified_record, first=first, last=last),
        openings_from=first.isoformat(),
        has_earlier_openings=first > find_creation_day(identified_record),
    )
