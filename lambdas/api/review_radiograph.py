"""Takes a doctor's word on an answer; it becomes a fact, and training data."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import Role
from contracts.api import RadiographView
from contracts.facts import Fact, Reviewed
from contracts.metrics import SITE, VERDICT, Metric
from contracts.record import Record, State
from lambdas import clock
from lambdas.api import views
from lambdas.api.openapi_responses import answers
from lambdas.api.problems import NoAccess, NoSuchRadiograph, NotAnsweredYet
from lambdas.api.request_models import ReviewRequest
from lambdas.api.services import backend, user_of
from lambdas.entries import entry_of
from lambdas.observability import count

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/reviews",
    summary="Agree or disagree with an answer",
    responses=answers(
        RadiographView,
        {HTTPStatus.CREATED: "Kept, and the radiograph with it."},
        errors={
            HTTPStatus.NOT_FOUND: NoSuchRadiograph.detail,
            HTTPStatus.CONFLICT: NotAnsweredYet.detail,
        },
    ),
)
def review(radiograph: str, request: ReviewRequest) -> Response[RadiographView]:
    user = user_of(router.current_event)
    parts = backend()
    if Role.DOCTOR not in user.roles:
        raise NoAccess("only doctors review answers")
    if parts.entry(radiograph, user).record.state is not State.SCREENED:
        raise NotAnsweredYet
    said_at = clock.text(clock.now())

    def reviewed(record: Record | None) -> Fact | None:
        if record is None or record.state is not State.SCREENED:
            return None
        return Reviewed(
            radiograph_id=radiograph,
            sequence=record.sequence + 1,
            at=said_at,
            by=user.subject,
            verdict=request.verdict,
        )

    if request.note:
        parts.store.add_note(radiograph, at=said_at, note=request.note)
    record = parts.store.append(radiograph, reviewed)
    assert record is not None
    count(Metric.REVIEWED, **{SITE: user.site, VERDICT: request.verdict})
    entry = entry_of(parts.store, record)
    parts.cache.put(entry)
    return Response(HTTPStatus.CREATED, "application/json", views.alone(entry, parts.store))
