"""Reads a table of outcomes, `outcomes.csv`, and names each line that is wrong in plain words."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from contracts import keys
from contracts.csv_table import TableError, open_table
from contracts.findings import Finding, OutcomeSource

Name = TypeVar("Name", bound=StrEnum)

COLUMNS = ("film", "finding", "source", "date")
# An outcome says whether there was pneumonia.
_FINDINGS = (Finding.PNEUMONIA, Finding.NO_PNEUMONIA, Finding.OTHER)
_SHA256 = re.compile("[0-9a-f]{64}")
_FILM = re.compile(f"{keys.RADIOGRAPH_ID_PATTERN}|{_SHA256.pattern}")


class OutcomesError(Exception):
    """Nothing was stored, or not all; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """`film` is a radiograph's id, or the SHA-256 of its file; `observed_on` a day, ISO 8601."""

    number: int
    film: str
    finding: Finding
    source: OutcomeSource
    observed_on: str

    @property
    def is_hash(self) -> bool:
        return bool(_SHA256.fullmatch(self.film))


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a line of the file."""

    number: int
    text: str


def read_table(file: Path, *, today: date) -> tuple[list[Line], list[Problem]]:
    """The lines that have a correct form, and what is wrong with the others. Raises OutcomesError
    where the file is no such table.
    """
    reader = _open(file)
    lines, problems = [], []
    for fields in reader:
        # An empty line ends many tables.
        if not any(fields.values()):
            continue
        try:
            lines.append(_parse(fields, number=reader.line_num, today=today))
        except ValueError as error:
            problems.append(Problem(number=reader.line_num, text=str(error)))
    if not lines and not problems:
        raise OutcomesError(f"{file} has no line below its columns.")
    return lines, problems


def _open(file: Path) -> "csv.DictReader[str]":
    try:
        reader = open_table(file)
    except TableError as error:
        raise OutcomesError(str(error)) from error
    columns = reader.fieldnames or ()
    if sorted(columns) != sorted(COLUMNS):
        names = ", ".join(filter(None, columns)) or "no columns"
        raise OutcomesError(
            f"{file} has {names}; its first line must name these columns and no others: "
            f"{', '.join(COLUMNS)}."
        )
    return reader


def _parse(fields: dict[str, str], *, number: int, today: date) -> Line:
    """Raises ValueError."""
    # DictReader has what follows the last column under None.
    if None in fields:
        raise ValueError(f"it has more than {len(COLUMNS)} fields")
    film = fields["film"].strip().lower()
    if not _FILM.fullmatch(film):
        raise ValueError(
            f"film {fields['film']!r} is neither a radiograph's id (26 letters and digits, as in "
            "the page's address) nor the SHA-256 of a file"
        )
    return Line(
        number=number,
        film=film,
        finding=_choose("finding", fields, _FINDINGS),
        source=_choose("source", fields, tuple(OutcomeSource)),
        observed_on=_parse_day(fields["date"].strip(), today=today).isoformat(),
    )


def _choose(column: str, fields: dict[str, str], allowed: tuple[Name, ...]) -> Name:
    """The value of a field, which may be written as "No pneumonia" is. Raises ValueError."""
    name = re.sub(r"[\s-]+", "_", fields[column].strip().lower())
    for each in allowed:
        if each == name:
            return each
    raise ValueError(f"{column} {fields[column]!r} is none of {', '.join(allowed)}")


def _parse_day(text: str, *, today: date) -> date:
    """Raises ValueError."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"date {text!r} is no day such as 2026-11-29 (year-month-day)") from None
    if day > today:
        raise ValueError(f"date {text} is in the future")
    return day


def describe(problems: list[Problem]) -> Iterator[str]:
    """A sentence for each, in the order of the file."""
    for problem in sorted(problems, key=lambda each: each.number):
        yield f"  line {problem.number}: {problem.text}"
