"""Stores a doctor's verdict on an answer, as a fact; verdicts may serve as training data."""

import uuid
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import Role
from contracts.api import RadiographView
from contracts.facts import Fact, Reviewed, Verdict
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
    ReviewKeyReused,
)
from lambdas.api.request_models import IDEMPOTENCY_KEY, ReviewRequest
from lambdas.api.services import Services, require_user, services
from lambdas.api.views import build_full_view
from lambdas.identified_record import identify
from lambdas.identity import IdentityFullError, StoredIdentity
from lambdas.observability import emit_count

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/reviews",
    summary="Agree or disagree with an answer",
    responses=describe_responses(
        RadiographView,
        {
            HTTPStatus.CREATED: "Stored. The body is the radiograph with the review.",
            HTTPStatus.OK: "Stored before by this key. The body is the same.",
        },
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.CONFLICT: NotAnsweredYet.detail,
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def review(
    radiograph: str,
    request: ReviewRequest,
    idempotency_key: Annotated[str | None, IDEMPOTENCY_KEY] = None,
) -> Response[RadiographView]:
    user = require_user(router.current_event)
    if Role.DOCTOR not in user.roles:
        raise AccessDenied("only doctors review answers")
    identified_record = services().read_record(radiograph, user)
    if identified_record.record.state is State.UNREADABLE:
        raise RadiographUnreadable
    if identified_record.record.state is not State.SCREENED:
        raise NotAnsweredYet
    review_id = keys.review_id(radiograph, user.subject, idempotency_key or str(uuid.uuid4()))
    # With a key an empty note is stored too: it is what another request is compared with.
    if request.note or idempotency_key:
        identity = _store_note(services(), radiograph, review_id, note=request.note)
        identified_record = identify(identified_record.record, identity)
    result = services().records.append(
        identified_record.record,
        partial(_build_fact, review_id=review_id, by=user.subject, verdict=request.verdict),
    )
    if result.record.state is State.DELETED:
        raise RadiographNotFound
    if result.conflict:
        identity = services().identities.read(radiograph)
        identified_record = identify(result.record, identity)
    else:
        identified_record = replace(identified_record, record=result.record)
    services().cache.put_record(identified_record)
    if result.is_written:
        emit_count(Metric.REVIEWED, **{SITE: user.site, VERDICT: request.verdict})
    view = build_full_view(identified_record, services().images)
    status = HTTPStatus.CREATED if result.is_written else HTTPStatus.OK
    return Response(status, "application/json", view)


def _store_note(
    services: Services, radiograph_id: str, review_id: str, *, note: str
) -> StoredIdentity:
    """Raises ReviewKeyReused where the same request has another note, or NotesFull."""
    try:
        identity = services.identities.add_note(radiograph_id, note_key=review_id, note=note)
    except IdentityFullError as error:
        raise NotesFull from error
    if identity.notes.get(review_id, note) != note:
        raise ReviewKeyReused
    return identity


def _build_fact(record: Record, *, review_id: str, by: str, verdict: Verdict) -> Fact | None:
    """None where the review is there already, or cannot be any more. Raises ReviewKeyReused where
    the same request has another verdict.
    """
    if record.state is not State.SCREENED:
        return None
    for earlier in record.reviews:
        if earlier.review_id == review_id:
            if earlier.verdict != verdict:
                raise ReviewKeyReused
            return None
    return Reviewed(
        radiograph_id=record.radiograph_id,
        sequence=record.sequence + 1,
        at=clock.to_text(clock.now()),
        by=by,
        verdict=verdict,
        review_id=review_id,
    )
