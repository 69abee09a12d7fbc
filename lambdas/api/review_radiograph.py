"""Stores what a doctor finds on a radiograph, as a fact; findings may serve as training data."""

import uuid
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import User
from contracts.api import RadiographView
from contracts.blind_readings import hides_answer
from contracts.differences import may_settle
from contracts.facts import Fact, Reviewed
from contracts.findings import Verdict, compare
from contracts.metrics import SITE, VERDICT, Metric
from contracts.record import Record, State
from contracts.reviews import Review, find_review
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import (
    NotAnsweredYet,
    NotesFull,
    NothingToSettle,
    RadiographNotFound,
    RadiographUnreadable,
    ReviewKeyReused,
)
from lambdas.api.request_models import IDEMPOTENCY_KEY, ReviewRequest
from lambdas.api.reviewers import check_reviewer, read_answered, update_copies
from lambdas.api.services import Services, require_user, services
from lambdas.api.views import build_full_view
from lambdas.identified_record import identify
from lambdas.identity import IdentityFullError, StoredIdentity
from lambdas.observability import emit_count, emit_share

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/reviews",
    summary="Review an answer: say what you find, or settle where doctors differ",
    responses=describe_responses(
        RadiographView,
        {
            HTTPStatus.CREATED: "Stored. The body is the radiograph with the review.",
            HTTPStatus.OK: "Stored before, by this key or with the same finding and note.",
        },
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.CONFLICT: f"{NotAnsweredYet.detail} Or: {NothingToSettle.detail}",
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def review(
    radiograph: str,
    request: ReviewRequest,
    idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
) -> Response[RadiographView]:
    """An administrator's review settles where doctors differ; any other is a doctor's."""
    user = require_user(router.current_event)
    check_reviewer(user, settles=request.settles)
    identified_record = read_answered(radiograph, user)
    standing = find_review(identified_record.record.reviews, user.subject)
    if standing is not None and _is_same(standing, request, identified_record.notes):
        view = build_full_view(identified_record, services().images, user=user)
        return Response(HTTPStatus.OK, "application/json", view)
    review_id = keys.review_id(radiograph, user.subject, idempotency_key or str(uuid.uuid4()))
    # With a key an empty note is stored too: it is what another request is compared with.
    note = request.note if request.note or idempotency_key else None
    identity = _store_texts(services(), radiograph, review_id, note=note, user=user)
    identified_record = identify(identified_record.record, identity)
    result = services().records.append(
        identified_record.record,
        partial(_build_fact, review_id=review_id, user=user, request=request),
    )
    identified_record = update_copies(identified_record, result, identity=identity)
    if result.is_written:
        verdict = result.record.reviews[-1].verdict
        emit_count(Metric.REVIEWED, **{SITE: user.site, VERDICT: verdict})
        if verdict is not Verdict.NEITHER:
            disagrees = verdict is Verdict.DISAGREE
            emit_share(Metric.DISAGREEMENTS, float(disagrees), **{SITE: user.site})
    view = build_full_view(identified_record, services().images, user=user)
    status = HTTPStatus.CREATED if result.is_written else HTTPStatus.OK
    return Response(status, "application/json", view)


def _is_same(standing: Review, request: ReviewRequest, notes: Mapping[str, str]) -> bool:
    """Whether the doctor's review that stands says the same: a second click, or a second tab."""
    note = notes.get(standing.note_key, "")
    is_settled = bool(standing.settles) or not request.settles
    return is_settled and (standing.finding, note) == (request.finding, request.note)


def _store_texts(
    services: Services, radiograph_id: str, review_id: str, *, note: str | None, user: User
) -> StoredIdentity:
    """Stores the note and the doctor's name. Raises ReviewKeyReused where the same request has
    another note, or NotesFull.
    """
    reviewer = {user.subject: user.name} if user.name != user.subject else {}
    try:
        identity = services.identities.add_review(
            radiograph_id, note_key=review_id, note=note, reviewer=reviewer
        )
    except IdentityFullError as error:
        raise NotesFull from error
    if note is not None and identity.notes.get(review_id, note) != note:
        raise ReviewKeyReused
    return identity


def _build_fact(
    record: Record, *, review_id: str, user: User, request: ReviewRequest
) -> Fact | None:
    """None where the review is there already, or cannot be any more. Raises ReviewKeyReused where
    the same request has another finding, and NothingToSettle.
    """
    if record.state is not State.SCREENED or record.answer is None:
        return None
    for earlier in (*record.past_reviews, *record.reviews):
        if earlier.review_id == review_id:
            if earlier.finding != request.finding:
                raise ReviewKeyReused
            return None
    if request.settles and not may_settle(record.reviews, user.subject):
        raise NothingToSettle
    settled = (
        [each for each in record.reviews if each.by != user.subject] if request.settles else []
    )
    return Reviewed(
        radiograph_id=record.radiograph_id,
        sequence=record.sequence + 1,
        at=clock.to_text(clock.now()),
        by=user.subject,
        verdict=compare(request.finding, record.answer),
        review_id=review_id,
        finding=request.finding,
        settles=tuple(each.note_key for each in settled),
        is_blind=hides_answer(record, user),
    )
