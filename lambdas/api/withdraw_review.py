"""Withdraws a doctor's own review, as a fact; the review that it replaced stands again."""

from functools import partial
from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.api import RadiographView
from contracts.facts import Fact, ReviewWithdrawn
from contracts.record import Record, State
from contracts.reviews import Review, find_review
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import NotAnsweredYet, RadiographUnreadable, ReviewNotFound
from lambdas.api.request_models import WithdrawalRequest
from lambdas.api.reviewers import check_reviewer, read_answered, update_copies
from lambdas.api.services import require_user, services
from lambdas.api.views import build_full_view

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/withdrawals",
    summary="Withdraw a review of your own",
    responses=describe_responses(
        RadiographView,
        {HTTPStatus.OK: "Withdrawn, now or before. The body is the radiograph without it."},
        errors={
            HTTPStatus.NOT_FOUND: ReviewNotFound.detail,
            HTTPStatus.CONFLICT: NotAnsweredYet.detail,
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def withdraw(radiograph: str, request: WithdrawalRequest) -> RadiographView:
    user = require_user(router.current_event)
    identified_record = read_answered(radiograph, user)
    standing = find_review(identified_record.record.reviews, user.subject)
    check_reviewer(user, settles=standing is not None and bool(standing.settles))
    result = services().records.append(
        identified_record.record,
        partial(_build_fact, review_id=request.review_id, by=user.subject),
    )
    return build_full_view(update_copies(identified_record, result), services().images, user=user)


def _build_fact(record: Record, *, review_id: str, by: str) -> Fact | None:
    """None where the review is withdrawn already. Raises ReviewNotFound where the doctor has no
    such review, or has replaced it since.
    """
    if record.state is not State.SCREENED:
        return None
    if any(_is_meant(each, review_id, by) and each.is_withdrawn for each in record.past_reviews):
        return None
    if not any(_is_meant(each, review_id, by) for each in record.reviews):
        raise ReviewNotFound
    return ReviewWithdrawn(
        radiograph_id=record.radiograph_id,
        sequence=record.sequence + 1,
        at=clock.to_text(clock.now()),
        by=by,
        review_id=review_id,
    )


def _is_meant(review: Review, review_id: str, doctor: str) -> bool:
    return review.note_key == review_id and review.by == doctor
