"""A list of radiographs as CSV, for a spreadsheet.

In UTF-8 with a byte order mark, without which Excel takes it for another encoding. Times are ISO
8601 in UTC. A cell never begins as a formula.
"""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime

from contracts.differences import is_differing
from contracts.patient import Patient
from contracts.reviews import Review
from lambdas.identified_record import IdentifiedRecord

# Spreadsheets calculate a cell that begins so (OWASP, "CSV Injection"), also after spaces, and some
# of them with the full-width forms of the same signs.
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

_COLUMNS: dict[str, Callable[[IdentifiedRecord, datetime], str]] = {
    "id": lambda row, now: row.record.radiograph_id,
    "file_name": lambda row, now: row.file_name,
    "patient_name": lambda row, now: _read_patient(row).name,
    "patient_id": lambda row, now: _read_patient(row).patient_id,
    "age_years": lambda row, now: "" if row.record.age_years is None else str(row.record.age_years),
    "sex": lambda row, now: _read_patient(row).sex,
    "accession_number": lambda row, now: _read_patient(row).accession_number,
    "study_date": lambda row, now: _read_patient(row).study_date,
    "uploaded_at": lambda row, now: row.record.created_at,
    "answered_at": lambda row, now: row.record.answered_at or "",
    "state": lambda row, now: str(row.record.state_at(now)),
    "decision": lambda row, now: str(row.record.answer.decision) if row.record.answer else "",
    "probability": lambda row, now: _format_probability(row),
    "model": lambda row, now: row.record.answer.model_version if row.record.answer else "",
    "reviews": lambda row, now: "; ".join(
        _format_review(review, row) for review in row.record.reviews
    ),
    "reviewed_at": lambda row, now: row.record.reviews[-1].at if row.record.reviews else "",
    "doctors_differ": lambda row, now: "yes" if is_differing(row.record.reviews) else "no",
}


def build_table(rows: Iterable[IdentifiedRecord], *, now: datetime, remark: str = "") -> bytes:
    """`remark` is a last line, such as that rows are missing."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([neutralise(build(row, now)) for build in _COLUMNS.values()])
    if remark:
        writer.writerow([remark])
    return table.getvalue().encode("utf-8-sig")


def neutralise(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    is_formula = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{text}" if is_formula else text


def _read_patient(row: IdentifiedRecord) -> Patient:
    return row.patient or Patient()


def _format_probability(row: IdentifiedRecord) -> str:
    """Only where the page shows one."""
    answer = row.record.answer
    return f"{answer.shown_probability:.2f}" if answer and answer.is_assessed else ""


def _format_review(review: Review, row: IdentifiedRecord) -> str:
    """Such as "Ada Nord: pneumonia"; reviews of 0.1.0 state agreement and no finding."""
    name = row.reviewers.get(review.by) or "a colleague"
    statement = f"{name}: {review.finding or review.verdict}"
    return f"{statement} (adjudication)" if review.settles else statement
