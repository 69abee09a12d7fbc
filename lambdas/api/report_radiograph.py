"""Returns the report of one radiograph as a PDF, for the doctors of its site."""

from dataclasses import replace
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import User
from contracts.blind_readings import hides_answer
from lambdas import clock
from lambdas.api.openapi_responses import describe_file
from lambdas.api.problems import (
    NotAnsweredYet,
    RadiographNotFound,
    RadiographUnreadable,
    ReadingAwaited,
)
from lambdas.api.reviewers import read_answered, require_doctor
from lambdas.api.services import Services, services
from lambdas.api.views import build_list_view
from lambdas.identified_record import IdentifiedRecord

router = APIGatewayRouter()

_PDF = "application/pdf"


@router.get(
    "/radiographs/<radiograph>/report",
    summary="Read the report of a radiograph as PDF",
    responses=describe_file(
        _PDF,
        "The report: patient, answer, images, reviews, limits and versions.",
        errors={
            HTTPStatus.NOT_FOUND: RadiographNotFound.detail,
            HTTPStatus.CONFLICT: f"{NotAnsweredYet.detail} Or: {ReadingAwaited.detail}",
            HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail,
        },
    ),
)
def report(radiograph: str):  # type: ignore[no-untyped-def]
    # Powertools would write a response as JSON whose type is named here, and a PDF is none.
    user = require_doctor(router.current_event)
    identified_record = read_answered(radiograph, user)
    if hides_answer(identified_record.record, user):
        raise ReadingAwaited
    content = _build(services(), identified_record, user)
    services().openings.add(user, radiograph)
    return Response(HTTPStatus.OK, _PDF, content)


def _build(services: Services, identified_record: IdentifiedRecord, user: User) -> bytes:
    # Loads the PDF library and Pillow, for which no other request should wait.
    from lambdas.report.contents import Report, build_report
    from lambdas.report.film import build_film, draw_map

    # The copy in Redis names no patient where an earlier release wrote it.
    patient = services.identities.read(identified_record.record.radiograph_id).patient
    view = build_list_view(replace(identified_record, patient=patient), services.images, user=user)
    rendition = services.images.read(keys.rendition(view.id))
    film = build_film(rendition) if rendition else None
    is_assessed = view.answer is not None and view.answer.is_assessed
    overlay = services.images.read(keys.attention(view.id)) if is_assessed else None
    return build_report(
        Report(
            view=view,
            film=film,
            film_with_map=draw_map(film, overlay) if film and overlay else None,
            reader=user.name,
            printed_at=clock.now(),
        )
    )
