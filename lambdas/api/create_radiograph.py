"""Announces a radiograph, and returns the form by which the browser uploads its file."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import facts, keys
from contracts.access import User
from contracts.api import Created, Upload
from contracts.metrics import SITE, Metric
from contracts.record import FINAL_STATES, Record
from contracts.serialisation import serialise
from contracts.trace import read_trace_id
from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import IdempotencyKeyReused, RadiographUnreadable
from lambdas.api.request_limits import check_announcements
from lambdas.api.request_models import IDEMPOTENCY_KEY, CreateRequest
from lambdas.api.services import Services, require_user, services
from lambdas.api.views import build_announced_view
from lambdas.identified_record import identify
from lambdas.identity import StoredIdentity
from lambdas.observability import emit_count, tracer

router = APIGatewayRouter()


@router.post(
    "/radiographs",
    summary="Announce a radiograph",
    responses=describe_responses(
        Created,
        {
            HTTPStatus.CREATED: "Announced. Post the file to the form before it expires.",
            HTTPStatus.OK: "Announced before by this key, with a new form if needed.",
        },
        errors={HTTPStatus.INTERNAL_SERVER_ERROR: RadiographUnreadable.detail},
    ),
)
def create(
    request: CreateRequest,
    idempotency_key: Annotated[str, IDEMPOTENCY_KEY],
) -> Response[Created]:
    user = require_user(router.current_event)
    check_announcements(services().cache, user)
    radiograph_id = keys.radiograph_id(user.site, idempotency_key)
    existing = services().records.read(radiograph_id)
    tracer.put_annotation("radiograph", radiograph_id)
    identity = _store_identity(services(), radiograph_id, request, is_new=existing is None)
    record = existing or services().records.create(_build_fact(radiograph_id, user, request))
    if record.declared_bytes != request.bytes:
        raise IdempotencyKeyReused
    services().index.begin_site(user.site)
    services().index.add(record)
    identified_record = identify(record, identity)
    if existing is None:
        services().cache.put_record(identified_record)
        emit_count(Metric.CREATED, **{SITE: user.site})
    created = Created(
        radiograph=build_announced_view(identified_record, services().images, user=user),
        upload=_build_upload(services(), record),
    )
    status = HTTPStatus.CREATED if existing is None else HTTPStatus.OK
    return Response(status, "application/json", created)


def _store_identity(
    services: Services, radiograph_id: str, request: CreateRequest, *, is_new: bool
) -> StoredIdentity:
    """Writes name, size and age before the first fact, which follows from them: of requests at the
    same moment the first writer wins. An existing radiograph keeps its identity: a deleted one has
    none. Raises IdempotencyKeyReused for another file.
    """
    announcement = serialise(request)
    identities = services.identities
    if is_new:
        identity = identities.create(radiograph_id, announcement)
    else:
        identity = identities.read(radiograph_id)
    # In 0.1.0 it held the name alone.
    if any(identity.fields.get(name, field) != field for name, field in announcement.items()):
        raise IdempotencyKeyReused
    return identity


def _build_fact(radiograph_id: str, user: User, request: CreateRequest) -> facts.Created:
    return facts.Created(
        radiograph_id=radiograph_id,
        sequence=1,
        at=clock.to_text(clock.now()),
        site=user.site,
        by=user.subject,
        declared_bytes=request.bytes,
        age_years=request.age_years,
        trace_id=read_trace_id(),
    )


def _build_upload(services: Services, record: Record) -> Upload | None:
    """None once the file has arrived. An event before its file may have failed without it."""
    if record.object_version is not None or record.state in FINAL_STATES:
        return None
    return services.images.sign_upload_form(record.radiograph_id, size=record.declared_bytes)
