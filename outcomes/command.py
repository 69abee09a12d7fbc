"""Imports a table of outcomes for a site, after a question, for one machine and for AWS.

All lines are checked before anything is stored. The same table twice changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from contracts.facts import OutcomeRecorded
from contracts.findings import OutcomeSource
from contracts.record import FactOrderError, Record, apply_fact
from outcomes.films import match, read_films
from outcomes.table import Line, OutcomesError, describe, read_table
from storage.facts import append_fact, read_record


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the facts lie, and the id of the person who runs the command."""

    s3: Any
    facts_bucket: str
    by: str


class _Effect(StrEnum):
    """What a line does to its film; the columns of the summary."""

    NEW = "new"
    REPLACES = "replaces"
    NONE = "as before"


def import_outcomes(
    target: Target,
    site: str,
    file: Path,
    *,
    confirm: Callable[[str], bool],
    refill: Callable[[], None],
) -> str:
    """The last sentence of the command. `refill` lets lists and the overview know what was stored.
    Raises OutcomesError.
    """
    now = datetime.now(UTC)
    lines, problems = read_table(file, today=now.date())
    films = read_films(target.s3, target.facts_bucket, site=site, lines=lines)
    pairs, more_problems = match(lines, films)
    if problems := [*problems, *more_problems]:
        text = "\n".join(describe(problems))
        raise OutcomesError(f"{file} has lines that are wrong. Nothing was stored:\n{text}")
    print(_describe(site, file, pairs))
    missing = [pair for pair in pairs if _find_effect(*pair) is not _Effect.NONE]
    if not missing:
        refill()  # A command that was interrupted may not have come to it.
        return "All of it is stored already: nothing has changed."
    if not confirm(f"Store {_count(len(missing))}? They stay for good. Type yes: "):
        raise OutcomesError("Nothing was stored.")
    at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    deleted = _store(target, missing, at=at)
    refill()
    left_out = f" Deleted meanwhile: {', '.join(deleted)}." if deleted else ""
    return (
        f"{_count(len(missing) - len(deleted))} stored. The pages of the films show them at once, "
        f"the overview within minutes.{left_out}"
    )


def _find_effect(line: Line, record: Record) -> _Effect:
    current = next((each for each in record.outcomes if each.source == line.source), None)
    if current is None:
        return _Effect.NEW
    is_same = (current.finding, current.observed_on) == (line.finding, line.observed_on)
    return _Effect.NONE if is_same else _Effect.REPLACES


def _store(target: Target, pairs: Sequence[tuple[Line, Record]], *, at: str) -> list[str]:
    """Returns the ids of films that were deleted meanwhile."""
    latest = {record.radiograph_id: record for _, record in pairs}
    deleted = []
    for line, record in pairs:
        radiograph_id = record.radiograph_id
        try:
            latest[radiograph_id] = _append(target, latest[radiograph_id], line, at=at)
        except FactOrderError:
            deleted.append(radiograph_id)
    return deleted


def _append(target: Target, record: Record, line: Line, *, at: str) -> Record:
    """The record with the outcome. Where another writer has added a fact meanwhile, the record is
    read again. Raises FactOrderError for a film that was deleted meanwhile.
    """
    while _find_effect(line, record) is not _Effect.NONE:
        fact = OutcomeRecorded(
            radiograph_id=record.radiograph_id,
            sequence=record.sequence + 1,
            at=at,
            by=target.by,
            finding=line.finding,
            source=line.source,
            observed_on=line.observed_on,
        )
        # Before the put: a fact that cannot follow must never be stored.
        after = apply_fact(record, fact)
        if append_fact(target.s3, target.facts_bucket, fact):
            return after
        record = read_record(target.s3, target.facts_bucket, record.radiograph_id) or record
    return record


def _describe(site: str, file: Path, pairs: Sequence[tuple[Line, Record]]) -> str:
    """The summary: how many outcomes of each source are new, replace one, or are stored already."""
    counts = Counter((line.source, _find_effect(line, record)) for line, record in pairs)
    films = len({record.radiograph_id for _, record in pairs})
    width = max(map(len, OutcomeSource))
    rows = [
        f"{site}, {file.name}: {_count(len(pairs))} of {films} film{'s' * (films != 1)}",
        " ".join([f"{'source':{width}}", *(f"{effect:>10}" for effect in _Effect)]),
    ]
    for source in OutcomeSource:
        if any(counts[source, effect] for effect in _Effect):
            cells = (f"{counts[source, effect]:10}" for effect in _Effect)
            rows.append(" ".join([f"{source:{width}}", *cells]))
    return "\n".join(rows)


def _count(number: int) -> str:
    return f"{number} outcome{'s' * (number != 1)}"
