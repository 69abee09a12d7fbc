"""A table of outcomes is read as spreadsheets save it, and each bad line is named in words."""

from datetime import date
from pathlib import Path

import pytest

from contracts.findings import Finding, OutcomeSource
from outcomes.table import Line, OutcomesError, describe, read_table

TODAY = date(2026, 11, 29)
FILM, HASH = "mzxw6ytboi4dsnrsgm2tinzxge", "a" * 64
HEADER = "film,finding,source,date"


def read(tmp_path: Path, text: str) -> tuple[list[Line], list[str]]:
    file = tmp_path / "outcomes.csv"
    file.write_text(text, encoding="utf-8")
    lines, problems = read_table(file, today=TODAY)
    return lines, list(describe(problems))


def test_a_line_is_a_film_with_its_finding_source_and_day(tmp_path: Path) -> None:
    lines, problems = read(tmp_path, f"{HEADER}\n{FILM},pneumonia,ct,2026-11-02\n")
    assert problems == []
    assert lines == [
        Line(
            number=2,
            film=FILM,
            finding=Finding.PNEUMONIA,
            source=OutcomeSource.CT,
            observed_on="2026-11-02",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeffFilm;Finding;Source;Date\r\n{HASH.upper()};No pneumonia;Follow-up;2026-11-29\r\n",
        f"date,source,finding,film\n2026-11-29, follow up ,NO_PNEUMONIA,{HASH}\n,,,\n",
    ],
)
def test_the_ways_of_spreadsheets_are_understood(tmp_path: Path, text: str) -> None:
    [line], problems = read(tmp_path, text)
    assert (line.film, line.is_hash, problems) == (HASH, True, [])
    assert (line.finding, line.source) == (Finding.NO_PNEUMONIA, OutcomeSource.FOLLOW_UP)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Meier,pneumonia,ct,2026-11-02", "film 'Meier' is neither a radiograph's id"),
        (f"{FILM},cannot_tell,ct,2026-11-02", "'cannot_tell' is none of pneumonia, no_pneumonia"),
        (f"{FILM},,ct,2026-11-02", "finding '' is none of"),
        (f"{FILM},pneumonia,x-ray,2026-11-02", "'x-ray' is none of ct, microbiology, discharge"),
        (f"{FILM},pneumonia,ct,02.11.2026", "date '02.11.2026' is no day such as 2026-11-29"),
        (f"{FILM},pneumonia,ct", "date '' is no day"),
        (f"{FILM},pneumonia,ct,2026-11-30", "date 2026-11-30 is in the future"),
        (f"{FILM},pneumonia,ct,2026-11-02,x", "it has more than 4 fields"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path: Path, line: str, words: str) -> None:
    good = f"{FILM},pneumonia,ct,2026-11-02"
    lines, [problem] = read(tmp_path, f"{HEADER}\n{good}\n{line}\n")
    assert len(lines) == 1
    assert problem.startswith("  line 3: ") and words in problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no columns; its first line must name"),
        (f"{HEADER},name\n".encode(), "has film, finding, source, date, name; its first line"),
        (f"{HEADER}\n".encode(), "has no line below its columns"),
        (HEADER.encode("utf-16"), "is not in UTF-8: save it as CSV UTF-8"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "outcomes.csv"
    file.write_bytes(content)
    with pytest.raises(OutcomesError, match=words):
        read_table(file, today=TODAY)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutcomesError, match=r"none\.csv cannot be read: No such file"):
        read_table(tmp_path / "none.csv", today=TODAY)
