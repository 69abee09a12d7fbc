"""Stores a doctor's verdict on an answer, as a fact; verdicts may serve as training data."""

from dataclasses import replace
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import Role
from contracts.api import RadiographView
from contracts.facts import Fact, Reviewed
from contracts.metrics import SITE, VERDICT, Metric
from contracts.record import Record, State
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import (
    AccessDenied,
    NotAnsweredYet,
    NotesFull,
    RadiographNotFound,
    RadiographUnreadable,
)
from lambdas.api.request_models import ReviewRequest
from lambdas.api.services import require_user, services
from lambdas.api.views import build_full_view
from lambdas.identified_record import identify
from lambdas.identity import IdentityFullError
from lambdas.observability import emit_count

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/reviews",
    summary="Agree or disagree with an answer",
    responses=describe_responses(
        RadiographView,
        {HTTPStatus.CREATED: "Stored. The body is the radiograph with the review."},
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.CONFLICT: NotAnsweredYet.detail,
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def review(radiograph: str, request: ReviewRequest) -> Response[RadiographView]:
    user = require_user(router.current_event)
    if Role.DOCTOR not in user.roles:
        raise AccessDenied("only doctors review answers")
    identified_record = services().read_record(radiograph, user)
    if identified_record.record.state is State.UNREADABLE:
        raise RadiographUnreadable
    if identified_record.record.state is not State.SCREENED:
        raise NotAnsweredYet
    reviewed_at = clock.to_text(clock.now())

    def build_fact(record: Record) -> Fact | None:
        if record.state is not State.SCREENED:
            return None
        return Reviewed(
            radiograph_id=radiograph,
            sequence=record.sequence + 1,
            at=reviewed_at,
            by=user.subject,
            verdict=request.verdict,
        )

    identities = services().identities
    if request.note:
        try:
            identity = identities.add_note(radiograph, at=reviewed_at, note=request.note)
        except IdentityFullError as error:
            raise NotesFull from error
        identified_record = identify(identified_record.record, identity)
    result = services().records.append(identified_record.record, build_fact)
    if result.record.state is State.DELETED:
        raise RadiographNotFound
    emit_count(Metric.REVIEWED, **{SITE: user.site, VERDICT: request.verdict})
    if result.conflict:
        identified_record = identify(result.record, identities.read(radiograph))
    else:
        identified_record = replace(identified_record, record=result.record)
    services().cache.put_record(identified_record)
    view = build_full_view(identified_record, services().images)
    return Response(HTTPStatus.CREATED, "application/json", view)
