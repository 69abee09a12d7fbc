"""Reads the records of many radiographs of a site from their facts, for commands of operators.

The functions read one record at a time, and write as well (`lambdas.records`).
"""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from contracts.record import Record, fold
from contracts.serialisation import parse_fact
from storage.facts import read_fact_contents

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_CHUNK = 50
_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class StoredFilm:
    """`record` is None where a fact cannot be read. `settings_version` is that of the answer."""

    radiograph_id: str
    record: Record | None
    settings_version: int | None = None


def read_films(s3: "S3Client", bucket: str, radiographs: Iterable[str]) -> Iterator[StoredFilm]:
    """The films in the order of the ids."""

    def read(radiograph: str) -> StoredFilm:
        return _read_film(s3, bucket, radiograph)

    remaining = iter(radiographs)
    with ThreadPoolExecutor(_THREADS) as threads:
        while chunk := list(islice(remaining, _CHUNK)):
            yield from threads.map(read, chunk)


def _read_film(s3: "S3Client", bucket: str, radiograph: str) -> StoredFilm:
    contents = [content for content, _ in read_fact_contents(s3, bucket, radiograph)]
    try:
        facts = [parse_fact(json.loads(content)) for content in contents]
        record = fold(facts)
    except (ValueError, RecursionError):
        return StoredFilm(radiograph_id=radiograph, record=None)
    versions = [getattr(fact, "settings_version", None) for fact in facts]
    return StoredFilm(
        radiograph_id=radiograph,
        record=record,
        settings_version=next((each for each in reversed(versions) if each is not None), None),
    )
