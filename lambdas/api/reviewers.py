"""What the routes of doctors share: who may call them, and the record before and after a fact."""

from dataclasses import replace

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from contracts.access import Role, User
from contracts.language import gettext
from contracts.record import Record, State
from lambdas.api.problems import (
    AccessDenied,
    NotAnsweredYet,
    RadiographNotFound,
    RadiographUnreadable,
)
from lambdas.api.services import require_user, services
from lambdas.identified_record import IdentifiedRecord, identify
from lambdas.identity import StoredIdentity
from lambdas.records import AppendResult


def require_doctor(event: APIGatewayProxyEvent) -> User:
    """The user of a request. Raises AccessDenied for an account without the role."""
    user = require_user(event)
    check_reviewer(user, settles=False)
    return user


def check_reviewer(user: User, *, settles: bool) -> None:
    """Raises AccessDenied: doctors review, and administrators only settle where doctors differ."""
    if Role.DOCTOR not in user.roles and not (settles and Role.ADMINISTRATOR in user.roles):
        raise AccessDenied(gettext("only doctors review answers"))


def read_answered(radiograph_id: str, user: User) -> IdentifiedRecord:
    """A radiograph with an answer. Raises RadiographNotFound, RadiographUnreadable or
    NotAnsweredYet.
    """
    identified_record = services().read_record(radiograph_id, user)
    if identified_record.record.state is State.UNREADABLE:
        raise RadiographUnreadable
    if identified_record.record.state is not State.SCREENED:
        raise NotAnsweredYet
    return identified_record


def update_copies(
    before: IdentifiedRecord, result: AppendResult, *, identity: StoredIdentity | None = None
) -> IdentifiedRecord:
    """The record after a fact, also in Redis, the lists and beside the identity, which saves a
    read where the caller has read it as `identity`. Where another writer was first, it is read
    again. Raises RadiographNotFound where the radiograph is deleted by now.
    """
    if result.record.state is State.DELETED:
        raise RadiographNotFound
    if result.conflict:
        identity = services().identities.read(result.record.radiograph_id)
        identified_record = identify(result.record, identity)
    else:
        identified_record = replace(before, record=result.record)
    services().cache.put_record(identified_record)
    _update_lists(result.record, before=before.record)
    services().identities.put_record(result.record, identity=identity)
    return identified_record


def _update_lists(record: Record, *, before: Record) -> None:
    """Also where a later fact has changed the lists meanwhile: what is added after a deletion would
    stay. Raises RadiographNotFound where that fact is a deletion.
    """
    _note_lists(record, before=before)
    if services().records.is_latest(record):
        return
    latest = services().records.read(record.radiograph_id)
    if latest is not None:
        _note_lists(latest, before=record)
    if latest is None or latest.state is State.DELETED:
        raise RadiographNotFound


def _note_lists(record: Record, *, before: Record) -> None:
    changes = services().index.update_lists(record, before=before)
    services().list_counter.note_changes(record.site, changes)
