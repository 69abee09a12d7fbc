"""Facts are written once and in order, also where another writer was first."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from contracts.facts import Created, Deleted, Fact, Failed, Received
from contracts.record import FactOrderError, Record, State
from lambdas.records import RecordStore
from tests.lambdas.calls import Aws
from tests.lambdas.conflicts import OtherWriter
from tests.lambdas.s3_calls import S3Calls

ID = "a" * 26
CREATED = Created(
    radiograph_id=ID,
    sequence=1,
    at="2026-11-28T09:00:00.000Z",
    site="siteNorth",
    by="a subject",
    declared_bytes=1000,
    age_years=None,
)


@pytest.fixture
def records(aws: Aws) -> RecordStore:
    return RecordStore(aws.s3, "facts")


@pytest.fixture
def record(records: RecordStore) -> Record:
    return records.create(CREATED)


def common_fields(record: Record) -> dict[str, Any]:
    return {
        "radiograph_id": ID,
        "sequence": record.sequence + 1,
        "at": "2026-11-28T09:00:01.000Z",
    }


def build_failed(record: Record) -> Fact | None:
    if record.state is not State.AWAITING_UPLOAD:
        return None
    return Failed(**common_fields(record))


def build_received(record: Record) -> Fact | None:
    if record.object_version is not None:
        return None
    return Received(**common_fields(record), object_version="v1", bytes=1000, sha256="0" * 64)


def build_deleted(record: Record) -> Fact:
    return Deleted(**common_fields(record), by="an administrator")


def test_a_fact_after_a_record_in_hand_is_one_call(
    aws: Aws, records: RecordStore, record: Record
) -> None:
    calls = S3Calls(aws.s3)
    result = records.append(record, build_received)
    assert calls.names == ["PutObject"]
    assert (result.record, result.conflict) == (records.read(ID), False)


def test_another_writers_fact_is_read_and_followed(
    aws: Aws, records: RecordStore, record: Record
) -> None:
    OtherWriter(aws.s3, key_end="000002.json", write=lambda: records.append(record, build_failed))
    result = records.append(record, build_received)
    assert aws.fact_kinds(ID) == ["created", "failed", "received"]
    assert (result.record, result.conflict) == (records.read(ID), True)


def test_a_fact_that_another_writer_has_written_is_not_doubled(
    aws: Aws, records: RecordStore, record: Record
) -> None:
    OtherWriter(aws.s3, key_end="000002.json", write=lambda: records.append(record, build_received))
    result = records.append(record, build_received)
    assert aws.fact_kinds(ID) == ["created", "received"]
    assert (result.record, result.conflict) == (records.read(ID), True)


def test_a_stale_record_loses_no_fact(aws: Aws, records: RecordStore, record: Record) -> None:
    received = records.append(record, build_received).record
    records.append(received, lambda record: Failed(**common_fields(record)))
    result = records.append(record, build_deleted)
    assert aws.fact_kinds(ID) == ["created", "received", "failed", "deleted"]
    assert result.record.state is State.DELETED


def test_a_fact_that_cannot_follow_is_not_written(
    aws: Aws, records: RecordStore, record: Record
) -> None:
    deleted = records.append(record, build_deleted).record
    with pytest.raises(FactOrderError):
        records.append(deleted, build_received)
    assert aws.fact_kinds(ID) == ["created", "deleted"]


def test_a_radiograph_is_created_once(aws: Aws, records: RecordStore, record: Record) -> None:
    records.append(record, build_received)
    assert records.create(CREATED) == records.read(ID)
    assert aws.fact_kinds(ID) == ["created", "received"]


def test_a_record_is_not_taken_for_the_latest_where_s3_does_not_say_so(
    aws: Aws, records: RecordStore, record: Record
) -> None:
    assert records.is_latest(record)
    records.append(record, build_received)
    assert not records.is_latest(record)
    with Stubber(aws.s3) as stubber, pytest.raises(ClientError, match="503"):
        stubber.add_client_error("head_object", "503", http_status_code=503)
        records.is_latest(record)
