"""Deletes a radiograph's images, its identity and the words by which it is found. Its facts stay as
the audit trail.

The function is called with `radiograph_id` and with `by`, the id of the person in the facts: by an
operator (`make forget`), or by the API after an administrator of the site has deleted the film on
its page and `hide` has written the fact. A second call continues a deletion that was interrupted.
"""

import re
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts import facts, keys
from contracts.deletion import DeletionReason
from contracts.record import UPLOAD_TIMEOUT, Record, State
from contracts.worklist_filters import INDEXED_FILTERS
from contracts.worklist_order import list_possible_entries
from lambdas import clients, clock
from lambdas.cache import Cache, connect_cache
from lambdas.identified_record import IdentifiedRecord
from lambdas.identity import IdentityError, IdentityStore
from lambdas.observability import logger, tracer
from lambdas.records import RecordStore
from lambdas.search_entries import SearchEntries
from lambdas.search_index import connect_search_index
from lambdas.settings import Settings, read_settings
from lambdas.unreadable import UnreadableError
from storage.object_versions import delete_versions

_RADIOGRAPH_ID = re.compile(keys.RADIOGRAPH_ID_PATTERN)
# An id of AWS or Cognito; a name or an e-mail address does not belong in a fact.
_SUBJECT_ID = re.compile(r"[A-Za-z0-9-]{1,128}")

_UNREADABLE = (
    "A fact of this radiograph cannot be read by this release, so nothing was deleted. "
    "Deploy the release that wrote it, then delete the radiograph again."
)

# A screening function that began before the deletion may write images until its timeout.
SCREENING_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """`object_count` counts versions of objects. `is_complete` is False where a second call is
    needed; `detail` tells people why and when. `must_repeat`: the same call helps, at once.
    """

    object_count: int = 0
    is_complete: bool
    detail: str
    must_repeat: bool = False


class IncompleteDeletionError(Exception):
    """Makes Lambda call the function again, where nobody waits for its answer."""


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns a Deletion as JSON."""
    deletion = _delete(str(event.get("radiograph_id", "")), by=str(event.get("by", "")))
    if event.get("is_asynchronous") and deletion.must_repeat:
        raise IncompleteDeletionError(deletion.detail)
    return asdict(deletion)


def hide(
    record: Record,
    *,
    records: RecordStore,
    identities: IdentityStore,
    cache: Cache,
    by: str,
    reason: DeletionReason | None = None,
) -> Record:
    """Writes the fact that hides the radiograph from everybody, unless it is there, and puts a
    record without identity beside the identity, which lists trust where Redis has no record, and
    into Redis. Returns the record after it. The objects are still there.
    """
    record = records.append(record, partial(_build_deleted, by=by, reason=reason)).record
    with suppress(IdentityError):
        identities.put_record(record)
    _clear_record(cache, record)
    return record


def may_be_written(record: Record) -> bool:
    """Whether a screening that began before the deletion may still write files."""
    if record.deletion is None or record.answered_at is not None:
        return False
    end = datetime.fromisoformat(record.deletion.at) + timedelta(seconds=SCREENING_SECONDS)
    return clock.now() < end


def _delete(radiograph_id: str, *, by: str) -> Deletion:
    """Hides the radiograph first, by the fact and in Redis, and then removes its objects."""
    if not _SUBJECT_ID.fullmatch(by):
        return Deletion(is_complete=False, detail="`by` is not an id of AWS or Cognito.")
    settings = read_settings()
    s3 = clients.s3()
    records = RecordStore(s3, settings.facts_bucket, is_locked=settings.locks_facts)
    try:
        record = records.read(radiograph_id) if _RADIOGRAPH_ID.fullmatch(radiograph_id) else None
    except UnreadableError:
        return Deletion(is_complete=False, detail=_UNREADABLE)
    if record is None:
        return Deletion(is_complete=False, detail=f"There is no radiograph {radiograph_id}.")
    is_expired = record.state_at(clock.now()) is State.EXPIRED
    is_answered = record.answered_at is not None or is_expired
    cache = connect_cache(settings)
    identities = IdentityStore(s3, settings.images_bucket)
    record = hide(record, records=records, identities=identities, cache=cache, by=by)
    _clear_cache(cache, record)
    object_count = _delete_objects(settings, record)
    if not is_answered:
        time.sleep(SCREENING_SECONDS)
        object_count += _delete_objects(settings, record)
    _clear_cache(cache, record)
    logger.info("A radiograph was deleted", extra={"radiograph": radiograph_id, "by": by})
    if not cache.available:
        detail = (
            "The images and the identity are deleted, but Redis does not answer and may still hold "
            "the file name. Delete the radiograph again."
        )
    elif clock.now() < (end := datetime.fromisoformat(record.created_at) + UPLOAD_TIMEOUT):
        detail = (
            "The radiograph is deleted, but a file may still be uploaded for it. "
            f"Delete it again after {end:%H:%M} UTC."
        )
    else:
        return Deletion(
            object_count=object_count, is_complete=True, detail="The radiograph is deleted."
        )
    return Deletion(
        object_count=object_count,
        is_complete=False,
        detail=detail,
        must_repeat=not cache.available,
    )


def _delete_objects(settings: Settings, record: Record) -> int:
    radiograph_id = record.radiograph_id
    prefixes = (
        keys.incoming(radiograph_id),
        keys.radiograph_prefix(radiograph_id),
        *(
            keys.list_prefix(record.site, each) + entry
            for each in sorted(INDEXED_FILTERS)
            for entry in list_possible_entries(each, record.created_at, radiograph_id)
        ),
    )
    s3, bucket = clients.s3(), settings.images_bucket
    # First, since the identity says which they are.
    identities = IdentityStore(s3, bucket)
    SearchEntries(index=connect_search_index(settings), identities=identities).delete(record)
    return sum(delete_versions(s3, bucket, prefix) for prefix in prefixes)


def _build_deleted(
    record: Record, *, by: str, reason: DeletionReason | None = None
) -> facts.Deleted | None:
    if record.state is State.DELETED:
        return None
    return facts.Deleted(
        radiograph_id=record.radiograph_id,
        sequence=record.sequence + 1,
        at=clock.to_text(clock.now()),
        by=by,
        reason=reason,
    )


def _clear_record(cache: Cache, record: Record) -> None:
    """Replaces the cached record by one without identity: an older one cannot return after it."""
    cache.put_record(IdentifiedRecord(record=record, file_name="", notes={}))


def _clear_cache(cache: Cache, record: Record) -> None:
    """The same, and the predictions for the same bytes."""
    _clear_record(cache, record)
    if record.sha256 is not None:
        cache.delete_predictions(record.site, record.sha256)
