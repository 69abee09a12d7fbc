"""The checker finds each row of the worklist that is missing, doubled or in a wrong state."""

import pytest

from contracts import keys
from contracts.api import RadiographView
from contracts.record import State
from reliability.release_records import BROKEN, ReleaseRecord
from reliability.violations import Violation
from reliability.worklist_checker import Row, find_row_violations
from tests.lambdas.calls import Api, Aws, list_worklist, screen_phantom

BAD_JSON = b"{"


@pytest.fixture
def radiograph(aws: Aws, api: Api) -> str:
    return screen_phantom(aws, api, "k1")


@pytest.fixture
def record(aws: Aws, api: Api) -> ReleaseRecord:
    """A radiograph that cannot be read."""
    radiograph = api.create("k2")
    aws.s3.put_object(Bucket="facts", Key=keys.fact(radiograph, 2), Body=BAD_JSON)
    return ReleaseRecord(radiograph_id=radiograph, kind=BROKEN, state=State.UNREADABLE)


def find(
    rows: list[RadiographView], radiograph: str, record: ReleaseRecord
) -> list[tuple[str, State | None, Violation]]:
    violations = find_row_violations(rows, radiographs=[radiograph], records=[record])
    return [
        (row.radiograph_id, row.state, violation)
        for row, violation in violations
        if isinstance(row, Row)
    ]


@pytest.fixture
def rows(aws: Aws, api: Api, radiograph: str, record: ReleaseRecord) -> list[RadiographView]:
    return list(list_worklist(api).radiographs)


def test_a_worklist_with_one_row_that_cannot_be_shown_is_right(
    rows: list[RadiographView], radiograph: str, record: ReleaseRecord
) -> None:
    assert find(rows, radiograph, record) == []


def test_a_row_that_is_missing_or_doubled_is_named(
    rows: list[RadiographView], radiograph: str, record: ReleaseRecord
) -> None:
    [row] = [row for row in rows if row.id == record.radiograph_id]
    others = [row for row in rows if row.id == radiograph]
    lost = (record.radiograph_id, None, Violation.LOST)
    assert find(others, radiograph, record) == [lost]
    doubled = (record.radiograph_id, State.UNREADABLE, Violation.DOUBLED)
    assert find([row, *others, row], radiograph, record) == [doubled]


def test_a_row_that_nobody_announced_is_named(
    aws: Aws, api: Api, rows: list[RadiographView], radiograph: str, record: ReleaseRecord
) -> None:
    other = api.create("k3")
    violations = find(list(list_worklist(api).radiographs), radiograph, record)
    assert violations == [(other, State.AWAITING_UPLOAD, Violation.WRONG)]


def test_a_row_that_cannot_be_shown_but_must_be_is_named(
    aws: Aws, api: Api, radiograph: str, record: ReleaseRecord
) -> None:
    aws.s3.put_object(Bucket="facts", Key=keys.fact(radiograph, 4), Body=BAD_JSON)
    aws.redis.flushall()
    # Until the radiograph is read, lists show the copy beside the identity.
    assert api("GET", f"/radiographs/{radiograph}")[1]["state"] == State.UNREADABLE
    violations = find(list(list_worklist(api).radiographs), radiograph, record)
    assert violations == [(radiograph, State.UNREADABLE, Violation.WRONG)]


def test_a_broken_radiograph_that_is_shown_otherwise_is_named(
    aws: Aws, api: Api, radiograph: str, record: ReleaseRecord
) -> None:
    aws.s3.delete_object(Bucket="facts", Key=keys.fact(record.radiograph_id, 2))
    violations = find(list(list_worklist(api).radiographs), radiograph, record)
    assert violations == [(record.radiograph_id, State.AWAITING_UPLOAD, Violation.WRONG)]
