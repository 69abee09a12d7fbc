"""Finds the radiographs of a site that the lines of a table name, by id or by their file's hash."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.record import Record, State
from outcomes.table import Line, OutcomesError, Problem
from storage import film_records
from storage.facts import list_radiographs


@dataclass(frozen=True, kw_only=True)
class Films:
    """`by_id` has None where there is no such radiograph, or its facts cannot be read."""

    site: str
    by_id: Mapping[str, Record | None]
    ids_by_hash: Mapping[str, Sequence[str]]

    def find(self, line: Line) -> Record:
        """The record of the film of a line. Raises ValueError with what is wrong."""
        radiograph_id = self._find_by_hash(line.film) if line.is_hash else line.film
        record = self.by_id.get(radiograph_id)
        if record is None:
            raise ValueError(f"there is no film {line.film}, or this release cannot read it")
        if record.site != self.site:
            raise ValueError(f"film {line.film} is not of {self.site}")
        if record.state is State.DELETED:
            raise ValueError(f"film {line.film} was deleted")
        if record.state is not State.SCREENED:
            raise ValueError(f"film {line.film} has no answer; its state is {record.state}")
        return record

    def _find_by_hash(self, sha256: str) -> str:
        ids = self.ids_by_hash.get(sha256, ())
        if not ids:
            raise ValueError(f"no film of {self.site} is a file with the SHA-256 {sha256}")
        if len(ids) > 1:
            raise ValueError(
                f"{len(ids)} films of {self.site} are the same file: {', '.join(ids)}. "
                "Name the one that is meant by its id"
            )
        return ids[0]


def read_films(s3: Any, bucket: str, *, site: str, lines: Iterable[Line]) -> Films:
    """Reads the films of the lines; all of the site where a line names one by its hash, because
    only facts know it. Raises OutcomesError for a site without films.
    """
    lines = tuple(lines)
    site_ids = list_radiographs(s3, bucket, site)
    first = next(site_ids, None)
    if first is None:
        raise OutcomesError(f"SITE={site} has no films.")
    ids = {line.film for line in lines if not line.is_hash}
    if any(line.is_hash for line in lines):
        ids |= {first, *site_ids}

    films = film_records.read_films(s3, bucket, sorted(ids))
    by_id = {film.radiograph_id: film.record for film in films}
    ids_by_hash: dict[str, list[str]] = defaultdict(list)
    for radiograph_id, record in by_id.items():
        if record and record.sha256 and record.site == site and record.state is State.SCREENED:
            ids_by_hash[record.sha256].append(radiograph_id)
    return Films(site=site, by_id=by_id, ids_by_hash=ids_by_hash)


def match(lines: Iterable[Line], films: Films) -> tuple[list[tuple[Line, Record]], list[Problem]]:
    """Each line with its film, once for each film and source, and what is wrong with the others."""
    pairs: dict[tuple[str, str], tuple[Line, Record]] = {}
    problems = []
    for line in lines:
        try:
            record = films.find(line)
            first = pairs.setdefault((record.radiograph_id, line.source), (line, record))[0]
            if (first.finding, first.observed_on) != (line.finding, line.observed_on):
                raise ValueError(
                    f"it contradicts line {first.number}, which is of the same film and source"
                )
        except ValueError as error:
            problems.append(Problem(number=line.number, text=str(error)))
    return list(pairs.values()), problems
