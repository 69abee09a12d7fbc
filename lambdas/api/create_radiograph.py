"""Announces a radiograph and hands out the form that takes its file."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import facts, keys
from contracts.access import User
from contracts.api import Created, Upload
from contracts.metrics import SITE, Metric
from contracts.record import Record, State
from lambdas import clock
from lambdas.api import views
from lambdas.api.openapi_responses import answers
from lambdas.api.problems import KeyUsedOtherwise
from lambdas.api.request_models import CreateRequest
from lambdas.api.services import Backend, backend, user_of
from lambdas.cache import Entry
from lambdas.observability import count

router = APIGatewayRouter()


@router.post(
    "/radiographs",
    summary="Announce a radiograph",
    responses=answers(
        Created,
        {
            HTTPStatus.CREATED: "Announced. Post the file to the form, before it expires.",
            HTTPStatus.OK: "This key has announced it before; the form is new where it is needed.",
        },
    ),
)
def create(
    request: CreateRequest,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)],
) -> Response[Created]:
    user = user_of(router.current_event)
    parts = backend()
    radiograph = keys.radiograph_id(user.site, idempotency_key)
    known = parts.store.record(radiograph)
    record = _announce(parts, radiograph, user, request)
    parts.store.add_to_index(record)
    entry = Entry(record=record, file_name=request.file_name, notes={})
    if known is None:
        parts.cache.put(entry)
        count(Metric.CREATED, **{SITE: user.site})
    created = Created(radiograph=views.alone(entry, parts.store), upload=_upload(parts, record))
    status = HTTPStatus.CREATED if known is None else HTTPStatus.OK
    return Response(status, "application/json", created)


def _announce(parts: Backend, radiograph: str, user: User, request: CreateRequest) -> Record:
    """The record, with the identity written before its first fact. Raises KeyUsedOtherwise."""
    file_name = {"file_name": request.file_name}
    if parts.store.identity(radiograph).get("file_name", request.file_name) != request.file_name:
        raise KeyUsedOtherwise
    parts.store.merge_identity(radiograph, dict(file_name))

    def created(record: Record | None) -> facts.Fact | None:
        if record is not None:
            return None
        return facts.Created(
            radiograph_id=radiograph,
            sequence=1,
            at=clock.text(clock.now()),
            site=user.site,
            by=user.subject,
            declared_bytes=request.bytes,
            age_years=request.age_years,
        )

    record = parts.store.append(radiograph, created)
    assert record is not None
    if (record.declared_bytes, record.site) != (request.bytes, user.site):
        raise KeyUsedOtherwise
    return record


def _upload(parts: Backend, record: Record) -> Upload | None:
    if record.state is not State.AWAITING_UPLOAD:
        return None
    url, fields, expires = parts.store.upload_form(record.radiograph_id, size=record.declared_bytes)
    return Upload(url=url, fields=fields, expires_in_seconds=expires)
