"""A table opens in a spreadsheet: its encoding, its times, and no cell that is calculated."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.patient import Patient
from contracts.record import Record
from contracts.serialisation import parse
from lambdas.identified_record import IdentifiedRecord
from lambdas.report.list_table import build_table, neutralise
from tests.conftest import Golden

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def row(golden: Golden) -> IdentifiedRecord:
    record = parse(Record, golden("record.json"))
    names = {record.reviews[0].by: "Ada Nord"}
    return IdentifiedRecord(
        record=record,
        file_name="Žofia 1.dcm",
        notes={},
        patient=Patient(
            name="=Garcia, Ana",
            patient_id="-1",
            sex="F",
            accession_number="@A",
            study_date="2024-03-01",
        ),
        reviewers=names,
    )


def read_table(content: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_says_what_the_list_shows(row: IdentifiedRecord) -> None:
    content = build_table([row], now=NOW)
    assert content.startswith(b"\xef\xbb\xbf")
    [cells] = read_table(content)
    assert cells == {
        "id": row.record.radiograph_id,
        "file_name": "Žofia 1.dcm",
        "patient_name": "'=Garcia, Ana",
        "patient_id": "'-1",
        "age_years": "3",
        "sex": "F",
        "accession_number": "'@A",
        "study_date": "2024-03-01",
        "uploaded_at": "2026-11-23T08:00:00.000Z",
        "answered_at": "2026-11-23T08:00:01.700Z",
        "state": "screened",
        "decision": "pneumonia",
        "probability": "0.87",
        "model": "default-0123abcd",
        "reviews": "Ada Nord: pneumonia",
        "reviewed_at": "2026-11-23T08:02:00.000Z",
        "doctors_differ": "no",
    }


def test_an_upload_that_never_arrived_has_empty_cells(row: IdentifiedRecord) -> None:
    record = Record(
        radiograph_id="an-id",
        sequence=1,
        state=row.record.state.AWAITING_UPLOAD,
        site="siteNorth",
        created_at="2026-11-23T08:00:00.000Z",
        created_by="a",
        declared_bytes=1,
        age_years=None,
    )
    [cells] = read_table(build_table([replace(row, record=record, patient=None)], now=NOW))
    assert (cells["state"], cells["decision"], cells["reviews"]) == ("expired", "", "")
    assert (cells["patient_name"], cells["age_years"]) == ("", "")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\t=1", " =HYPERLINK()", "\r=1", "\uff1d1+1", "\uff201"]
)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "2026-11-23", "thorax-1.dcm", "a\nb"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert neutralise(text) == text


def test_a_remark_is_the_last_line(row: IdentifiedRecord) -> None:
    lines = build_table([row], now=NOW, remark="Only the newest 1.").decode().splitlines()
    assert (len(lines), lines[-1]) == (3, "Only the newest 1.")
