"""A radiograph of which something is stored that this release cannot read.

Another release wrote it, or it is damaged. Facts cannot be changed, so one of them must hide no
other radiograph: lists show a row for it, and a metric counts it.
"""

from dataclasses import replace
from datetime import datetime

from contracts.metrics import Metric
from contracts.record import Record, State
from lambdas import clock
from lambdas.observability import emit_count, logger


class UnreadableError(Exception):
    """`record` is in the state `unreadable`, and else as of the last fact that can be read."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.radiograph_id)
        self.record = record


def report_unreadable(record: Record, cause: Exception) -> UnreadableError:
    """Counts and logs that nothing after `record` can be read, and returns the error for it."""
    emit_count(Metric.UNREADABLE)
    # Without the message of the cause, which may quote what is stored.
    logger.error(
        "A radiograph cannot be read",
        extra={
            "radiograph": record.radiograph_id,
            "last_fact": record.sequence,
            "error": type(cause).__name__,
        },
    )
    return UnreadableError(
        replace(record, state=State.UNREADABLE, answer=None, rejection=None, image=None, reviews=())
    )


def build_empty_record(radiograph_id: str, *, created_at: datetime) -> Record:
    """Stands for a record whose first fact cannot be read. Its site is empty."""
    return Record(
        radiograph_id=radiograph_id,
        sequence=0,
        state=State.UNREADABLE,
        site="",
        created_at=clock.to_text(created_at),
        created_by="",
        declared_bytes=0,
        age_years=None,
    )
