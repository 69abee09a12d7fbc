"""The fact that follows a record at each step; None where another writer has said it already."""

from typing import Any

from contracts.answers import Answer
from contracts.facts import Fact, Failed, Received, Rejected, Screened
from contracts.record import FINAL_STATES, Record, State
from lambdas import clock
from lambdas.records import Arrival
from screening.errors import RejectedFile
from screening.radiograph import Radiograph


def received(record: Record, arrival: Arrival) -> Fact | None:
    if record.object_version is not None:
        return None
    return Received(
        **_next(record),
        object_version=arrival.version,
        bytes=arrival.size,
        sha256=arrival.sha256,
    )


def rejected(record: Record, rejection: RejectedFile) -> Fact | None:
    if record.state in FINAL_STATES:
        return None
    return Rejected(**_next(record), reason=rejection.reason, detail=rejection.detail)


def screened(record: Record, radiograph: Radiograph, said: Answer, took: float) -> Fact | None:
    if record.state in FINAL_STATES:
        return None
    return Screened(
        **_next(record),
        answer=said,
        image=radiograph.description,
        age_years=age_years(record, radiograph),
        seconds=round(took, 3),
    )


def failed(record: Record) -> Fact | None:
    if record.state in FINAL_STATES or record.state is State.FAILED:
        return None
    return Failed(**_next(record))


def age_years(record: Record, radiograph: Radiograph) -> int | None:
    """What the file says of the patient's age goes before what was typed."""
    return radiograph.age_years if radiograph.age_years is not None else record.age_years


def _next(record: Record) -> dict[str, Any]:
    return {
        "radiograph_id": record.radiograph_id,
        "sequence": record.sequence + 1,
        "at": clock.text(clock.now()),
    }
