"""Shows a doctor the answer of a film of the blind sample without a reading, and stores that as a
fact: a review that follows is not blind.
"""

from functools import partial
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import User
from contracts.api import RadiographView
from contracts.blind_readings import hides_answer
from contracts.facts import AnswerShown, Fact
from contracts.record import Record
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import NotAnsweredYet, RadiographNotFound, RadiographUnreadable
from lambdas.api.reviewers import read_answered, require_doctor, update_copies
from lambdas.api.services import services
from lambdas.api.views import build_full_view

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/answer",
    summary="Have the answer shown without a reading",
    responses=describe_responses(
        RadiographView,
        {HTTPStatus.OK: "The radiograph with its answer."},
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.CONFLICT: NotAnsweredYet.detail,
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def show(radiograph: str) -> RadiographView:
    """Changes nothing where the answer is not hidden."""
    user = require_doctor(router.current_event)
    identified_record = read_answered(radiograph, user)
    result = services().records.append(identified_record.record, partial(_build_fact, user=user))
    return build_full_view(update_copies(identified_record, result), services().images, user=user)


def _build_fact(record: Record, *, user: User) -> Fact | None:
    if not hides_answer(record, user):
        return None
    return AnswerShown(
        radiograph_id=record.radiograph_id,
        sequence=record.sequence + 1,
        at=clock.to_text(clock.now()),
        by=user.subject,
    )
