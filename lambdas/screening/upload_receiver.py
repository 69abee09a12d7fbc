"""Stores and decodes uploaded files, up to the point where only the answer is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from contracts import keys
from contracts.limits import MAX_FILE_BYTES
from contracts.metrics import REASON, SITE, Metric
from contracts.record import FINAL_STATES, Record, State
from contracts.rejections import Rejection
from lambdas.identity import IdentityStore, StoredIdentity
from lambdas.images import ImageStore
from lambdas.observability import emit_count, emit_share, logger, tracer
from lambdas.records import RecordStore
from lambdas.screening import fact_builders
from lambdas.screening.record_writer import RecordWriter
from screening.errors import RejectedFile
from screening.radiograph import Radiograph


class MissingObjectError(Exception):
    """S3 lacks an object that an event or a fact names; a later attempt may find it."""


@dataclass(frozen=True, kw_only=True)
class PendingRadiograph:
    """A decoded radiograph without an answer. `record` and `identity` are as last read or written;
    `arrived_at` is the time of the upload.
    """

    record: Record
    identity: StoredIdentity
    radiograph: Radiograph
    arrived_at: datetime


@dataclass(frozen=True, kw_only=True)
class UploadReceiver:
    records: RecordStore
    images: ImageStore
    identities: IdentityStore
    writer: RecordWriter
    decode: Callable[[bytes], Radiograph]

    def receive(
        self, radiograph_id: str, *, arrived_at: datetime, is_last_attempt: bool
    ) -> PendingRadiograph | None:
        """Returns None where no answer is left to give: the facts decide which steps are left.

        The last attempt at a file begins by writing `failed`: a function that dies can write
        nothing. An answer may still follow. Without a file there is nothing to fail at: the doctor
        may still send it.
        """
        record = self.records.read(radiograph_id)
        if record is None:
            logger.warning("Nobody announced this upload")
            emit_count(Metric.UNKNOWN_UPLOAD)
            return None
        logger.append_keys(upload_trace_id=record.trace_id)
        if is_last_attempt and self._may_have_arrived(record):
            record = self._record_failure(record)
        identity = self.identities.read(radiograph_id)
        if record.state is State.FAILED:
            self.writer.update_copies(record, identity)
        content = None
        if record.object_version is None and record.state not in FINAL_STATES:
            record, identity, content = self._store_upload(record, identity)
        if record.state is State.DELETED:  # The file came after the deletion.
            self.images.delete_upload(radiograph_id)
        if record.state in FINAL_STATES:
            self.writer.update_copies(record, identity)
            return None
        try:
            radiograph = self.decode(self._read_original(record, content))
        except RejectedFile as rejection:
            self._reject(record, identity, rejection)
            return None
        return PendingRadiograph(
            record=record, identity=identity, radiograph=radiograph, arrived_at=arrived_at
        )

    def _may_have_arrived(self, record: Record) -> bool:
        """True, too, where the images bucket does not say: it may be what fails."""
        if record.object_version is not None:
            return True
        try:
            return self.images.has_upload(record.radiograph_id)
        except (BotoCoreError, ClientError):
            return True

    def _record_failure(self, record: Record) -> Record:
        """Counts the failure here, since a function that dies later counts nothing.

        The identity is not needed for it: the images bucket may be what fails.
        """
        record = self.records.append(record, fact_builders.build_failed).record
        if record.state is State.FAILED:
            emit_count(Metric.FAILED, **{SITE: record.site})
        return record

    @tracer.capture_method(capture_response=False, capture_error=False)
    def _store_upload(
        self, record: Record, identity: StoredIdentity
    ) -> tuple[Record, StoredIdentity, bytes | None]:
        """Copies the first version that arrived before its fact is written, and returns its bytes;
        None where the fact is of another writer, or the file is over the limit.
        """
        file = self.images.read_first_upload(record.radiograph_id)
        if file is None:
            raise MissingObjectError
        if file.content is not None:
            original = keys.original(record.radiograph_id)
            self.images.write(original, file.content, content_type="application/octet-stream")
        record, identity = self.writer.append(
            record, identity, lambda record: fact_builders.build_received(record, file)
        )
        is_same_file = record.sha256 == file.sha256
        return record, identity, file.content if is_same_file else None

    def _read_original(self, record: Record, content: bytes | None) -> bytes:
        """The bytes of the file, from S3 where `content` is None. Raises RejectedFile for a file
        over the limit.
        """
        if record.bytes is not None and record.bytes > MAX_FILE_BYTES:
            raise RejectedFile(Rejection.TOO_LARGE)
        if content is None:
            content = self.images.read(keys.original(record.radiograph_id))
        if content is None:
            raise MissingObjectError
        return content

    def _reject(self, record: Record, identity: StoredIdentity, rejection: RejectedFile) -> None:
        emit_count(Metric.REJECTED, **{SITE: record.site, REASON: rejection.reason})
        emit_share(Metric.REJECTED_FILES, 1.0, **{SITE: record.site})
        self.writer.append(
            record, identity, lambda record: fact_builders.build_rejected(record, rejection)
        )
