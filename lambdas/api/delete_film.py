"""Deletes a radiograph for its site's administrators: hidden at once, its files right after."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.api import RadiographView
from contracts.record import State
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import RadiographNotFound, RadiographUnreadable
from lambdas.api.request_models import DeletionRequest
from lambdas.api.services import require_administrator, services
from lambdas.api.views import build_full_view
from lambdas.delete_radiograph import hide
from lambdas.identified_record import IdentifiedRecord

router = APIGatewayRouter()


@router.post(
    "/radiographs/<radiograph>/deletion",
    summary="Delete a radiograph of the site",
    responses=describe_responses(
        RadiographView,
        {HTTPStatus.ACCEPTED: "Nobody sees it any more, and its files are being removed."},
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def delete(radiograph: str, request: DeletionRequest) -> Response[RadiographView]:
    """The first reason stays. The same request again goes on with a removal that was
    interrupted.
    """
    user = require_administrator(router.current_event)
    film = services().read_record_or_trace(radiograph, user).record
    if film.state is State.UNREADABLE:
        raise RadiographUnreadable
    record = hide(
        film,
        records=services().records,
        identities=services().identities,
        cache=services().cache,
        by=user.subject,
        reason=request.reason,
    )
    changes = services().index.update_lists(record, before=film)
    services().list_counter.note_changes(record.site, changes)
    services().deletion.start(radiograph, by=user.subject)
    view = build_full_view(
        IdentifiedRecord(record=record, file_name="", notes={}), services().images, user=user
    )
    return Response(HTTPStatus.ACCEPTED, "application/json", view)
