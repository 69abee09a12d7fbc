"""Stores facts in S3 and folds them into the record of a radiograph."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from contracts import keys
from contracts.canary import CANARY_RETENTION, is_canary_film
from contracts.facts import Created, Fact
from contracts.printable import replace_unprintable
from contracts.record import Record, apply_fact
from contracts.serialisation import parse_fact, serialise
from lambdas import clock
from lambdas.unreadable import build_empty_record, report_unreadable
from storage.conditional_put import put_if_absent
from storage.facts import read_fact_contents

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Builds the fact that follows a record; returns None where no fact is missing.
FactBuilder = Callable[[Record], Fact | None]


@dataclass(frozen=True, kw_only=True)
class FactList:
    """`complete` is False where a fact is stored that this release cannot read; the others are
    there.
    """

    facts: tuple[Fact, ...]
    complete: bool


@dataclass(frozen=True, kw_only=True)
class AppendResult:
    """`record` is the record after the append. `is_written` is False where no fact was missing.
    `conflict` is True where another writer was first, so that whatever else the caller has read of
    the radiograph may be out of date.
    """

    record: Record
    is_written: bool
    conflict: bool


def _parse(content: bytes) -> Fact:
    """Replaces characters that no response can hold, which an earlier release let through."""
    return parse_fact(replace_unprintable(json.loads(content)))


class RecordStore:
    """Facts are numbered from 1 without a gap, and each is written once. `is_locked`: the bucket
    has Object Lock, which keeps those of the canary for a day and the others for years.
    """

    def __init__(self, s3: "S3Client", bucket: str, *, is_locked: bool = False) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._is_locked = is_locked

    def read(self, radiograph_id: str) -> Record | None:
        """The record as of its last fact; None for a radiograph that was never announced.

        Raises UnreadableError where a fact cannot be read, or cannot follow the one before it.
        """
        record: Record | None = None
        for content, written_at in read_fact_contents(self._s3, self._bucket, radiograph_id):
            try:
                record = apply_fact(record, _parse(content))
            except (ValueError, RecursionError) as error:
                empty_record = build_empty_record(radiograph_id, created_at=written_at)
                raise report_unreadable(record or empty_record, error) from error
        return record

    def list_facts(self, radiograph_id: str) -> FactList:
        """The facts in their order, without those that cannot be read."""
        facts: list[Fact] = []
        complete = True
        for content, _ in read_fact_contents(self._s3, self._bucket, radiograph_id):
            try:
                facts.append(_parse(content))
            except (ValueError, RecursionError):
                complete = False
        return FactList(facts=tuple(facts), complete=complete)

    def create(self, fact: Created) -> Record:
        """Writes the first fact. Returns the existing record where another writer was first.

        Raises UnreadableError where that one cannot be read.
        """
        record = apply_fact(None, fact)
        while not self._write(fact):
            if (existing := self.read(fact.radiograph_id)) is not None:
                return existing
        return record

    def append(self, record: Record, build_fact: FactBuilder) -> AppendResult:
        """Adds the fact that `build_fact` returns for `record`, which the caller has read before.

        The put fails where another writer has taken the fact's number since. Then the facts are
        read again and `build_fact` decides anew, so the same event twice gives one answer.
        Raises FactOrderError, before anything is written, for a fact that cannot follow, and
        UnreadableError where a fact of the other writer cannot be read.
        """
        conflict = False
        while (fact := build_fact(record)) is not None:
            # Before the put: a fact that cannot follow must never be stored.
            next_record = apply_fact(record, fact)
            if self._write(fact):
                return AppendResult(record=next_record, is_written=True, conflict=conflict)
            conflict = True
            record = self.read(record.radiograph_id) or record
        return AppendResult(record=record, is_written=False, conflict=conflict)

    def is_latest(self, record: Record) -> bool:
        """Whether no fact follows those that `record` was folded from."""
        next_key = keys.fact(record.radiograph_id, record.sequence + 1)
        try:
            self._s3.head_object(Bucket=self._bucket, Key=next_key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                return True
            raise
        return False

    def _write(self, fact: Fact) -> bool:
        """False where the fact's number is taken."""
        key = keys.fact(fact.radiograph_id, fact.sequence)
        content = json.dumps(serialise(fact)).encode()
        is_short = self._is_locked and is_canary_film(fact.radiograph_id)
        end = clock.now() + CANARY_RETENTION if is_short else None
        return put_if_absent(self._s3, self._bucket, key=key, content=content, locked_until=end)
