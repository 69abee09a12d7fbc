"""Deletes a radiograph's images and identity. Its facts stay as the audit trail.

An administrator calls the function by `make forget`, with `radiograph_id` and with `by`, the id of
the person in the facts. A second call continues a deletion that was interrupted.
"""

import re
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts import facts, keys
from contracts.record import FINAL_STATES, Record, State
from lambdas import clients, clock
from lambdas.cache import Cache, connect_cache
from lambdas.identified_record import IdentifiedRecord
from lambdas.observability import logger, tracer
from lambdas.records import RecordStore
from lambdas.settings import read_settings
from storage.object_versions import remove_versions

_RADIOGRAPH_ID = re.compile(r"[a-z2-7]{26}")
# An id of AWS or Cognito; a name or an e-mail address does not belong in a fact.
_SUBJECT_ID = re.compile(r"[A-Za-z0-9-]{1,128}")


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """`removed` counts versions of objects. `is_complete` is False while a screening function may
    still write images of the radiograph: call again after its timeout. `detail` is for people.
    """

    removed: int = 0
    is_complete: bool
    detail: str


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Returns a Deletion as JSON."""
    return asdict(_delete(str(event.get("radiograph_id", "")), by=str(event.get("by", ""))))


def _delete(radiograph_id: str, *, by: str) -> Deletion:
    """Writes the fact first, so that no page shows the radiograph while it is being removed."""
    if not _SUBJECT_ID.fullmatch(by):
        return Deletion(is_complete=False, detail="`by` is not the id of a person.")
    settings = read_settings()
    s3 = clients.s3()
    records = RecordStore(s3, settings.facts_bucket)
    record = records.read(radiograph_id) if _RADIOGRAPH_ID.fullmatch(radiograph_id) else None
    if record is None:
        return Deletion(is_complete=False, detail=f"There is no radiograph {radiograph_id}.")
    was_final = record.state in FINAL_STATES
    record = records.append(record, partial(_build_deleted, by=by)).record
    removed = sum(
        remove_versions(s3, settings.images_bucket, prefix)
        for prefix in (keys.incoming(radiograph_id), keys.radiograph_prefix(radiograph_id))
    )
    _clear_cache(connect_cache(settings), record)
    logger.info("A radiograph was deleted", extra={"radiograph": radiograph_id, "by": by})
    if was_final:
        return Deletion(removed=removed, is_complete=True, detail="The radiograph is deleted.")
    return Deletion(
        removed=removed,
        is_complete=False,
        detail="The radiograph is deleted, but it had no answer yet, and screening may still be "
        "writing its images. Delete it again after two minutes.",
    )


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
