"""Records that a film was opened, and lists who opened it, for the audit trail."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import User
from contracts.api import Opening
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import RadiographNotFound
from lambdas.api.services import require_user, services
from lambdas.identified_record import IdentifiedRecord

router = APIGatewayRouter()

# Each day costs a call to S3. Older entries stay in storage.
MAX_DAYS = 30


@router.post(
    "/radiographs/<radiograph>/openings",
    summary="Record that a film is shown which was fetched ahead",
    responses=describe_responses(
        None,
        {HTTPStatus.NO_CONTENT: "Recorded."},
        errors={HTTPStatus.NOT_FOUND: RadiographNotFound.detail},
    ),
)
def add(radiograph: str) -> Response[None]:
    user = require_user(router.current_event)
    services().read_record(radiograph, user)
    services().openings.add(user, radiograph)
    return Response(HTTPStatus.NO_CONTENT)


def find_days(identified_record: IdentifiedRecord, *, last: date) -> tuple[date, date]:
    """The first and the last day of the openings that one request lists: none is before the film
    was announced.
    """
    created = find_creation_day(identified_record)
    last = max(created, last)
    return max(created, last - timedelta(days=MAX_DAYS - 1)), last


def find_creation_day(identified_record: IdentifiedRecord) -> date:
    return datetime.fromisoformat(identified_record.record.created_at).date()


def list_openings(
    user: User, identified_record: IdentifiedRecord, *, first: date, last: date
) -> tuple[Opening, ...]:
    """Newest first, each with the person's name where a review of the film tells it."""
    radiograph, names = identified_record.record.radiograph_id, identified_record.reviewers
    openings = services().openings.list_newest_first(user.site, radiograph, first=first, last=last)
    return tuple(replace(each, name=names.get(each.by, "")) for each in openings)
