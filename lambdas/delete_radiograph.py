"""Deletes a radiograph's images and identity. Its facts stay as the audit trail.

An administrator calls the function by `make forget`, with `radiograph_id` and with `by`, the id of
the person in the facts. A second call continues a deletion that was interrupted.
"""

import re
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts import facts, keys
from contracts.record import UPLOAD_TIMEOUT, Record, State
from lambdas import clients, clock
from lambdas.cache import Cache, connect_cache
from lambdas.identified_record import IdentifiedRecord
from lambdas.observability import logger, tracer
from lambdas.records import RecordStore
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
_ANSWERED_STATES = frozenset({State.SCREENED, State.REJECTED, State.EXPIRED})


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """`object_count` counts versions of objects. `is_complete` is False where a second call is
    needed; `detail` tells people why and when.
    """

    object_count: int = 0
    is_complete: bool
    detail: str


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns a Deletion as JSON."""
    return asdict(_delete(str(event.get("radiograph_id", "")), by=str(event.get("by", ""))))


def _delete(radiograph_id: str, *, by: str) -> Deletion:
    """Hides the radiograph first, by the fact and in Redis, and then removes its objects."""
    if not _SUBJECT_ID.fullmatch(by):
        return Deletion(is_complete=False, detail="`by` is not an id of AWS or Cognito.")
    settings = read_settings()
    s3 = clients.s3()
    records = RecordStore(s3, settings.facts_bucket)
    try:
        record = records.read(radiograph_id) if _RADIOGRAPH_ID.fullmatch(radiograph_id) else None
    except UnreadableError:
        return Deletion(is_complete=False, detail=_UNREADABLE)
    if record is None:
        return Deletion(is_complete=False, detail=f"There is no radiograph {radiograph_id}.")
    is_answered = record.state_at(clock.now()) in _ANSWERED_STATES
    cache = connect_cache(settings)
    record = records.append(record, partial(_build_deleted, by=by)).record
    _clear_cache(cache, record)
    object_count = _delete_objects(settings, radiograph_id)
    if not is_answered:
        time.sleep(SCREENING_SECONDS)
        object_count += _delete_objects(settings, radiograph_id)
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
    return Deletion(object_count=object_count, is_complete=False, detail=detail)


def _delete_objects(settings: Settings, radiograph_id: str) -> int:
    prefixes = (keys.incoming(radiograph_id), keys.radiograph_prefix(radiograph_id))
    s3, bucket = clients.s3(), settings.images_bucket
    return sum(delete_versions(s3, bucket, prefix) for prefix in prefixes)


def _build_deleted(record: Record, *, by: str) -> facts.Deleted | None:
    if record.state is State.DELETED:
        return None
    return facts.Deleted(
        radiograph_id=record.radiograph_id,
        sequence=record.sequence + 1,
        at=clock.to_text(clock.now()),
        by=by,
    )


def _clear_cache(cache: Cache, record: Record) -> None:
    """Replaces the cached record by one without identity: an older one cannot return after it."""
    cache.put_record(IdentifiedRecord(record=record, file_name="", notes={}))
    if record.sha256 is not None:
        cache.delete_predictions(record.site, record.sha256)
