"""Synthetic radiographs as objects of the two buckets: all but images."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from contracts import keys
from contracts.record import Record, fold
from contracts.serialisation import parse, parse_fact, serialise
from contracts.worklist_filters import INDEXED_FILTERS
from lambdas import clock
from lambdas.worklist_index import find_entries
from local.aws.object_store import ObjectStore, Version
from local.aws.resources import FACTS_BUCKET
from local.settings import ROOT
from reliability.running_system import SITE

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_INTERVAL = timedelta(minutes=3)
_GOLDEN = ROOT / "tests" / "golden" / "facts"
# Shares of a hundred films.
_REJECTED, _UNCERTAIN, _REVIEWED = 3, 10, 60
_VARYING = ("radiograph_id", "at", "created_at", "received_at", "answered_at")

Fields = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Film:
    """The objects of one radiograph, by key."""

    radiograph_id: str
    facts: Mapping[str, bytes]
    images: Mapping[str, bytes]


def build_films(count: int) -> Iterator[Film]:
    """Oldest film first. Few are rejected or uncertain, and most are reviewed, so that a list which
    searches for its films has to look far back.
    """
    for number in range(count):
        share = number * 37 % 100
        decision = "uncertain" if share < _REJECTED + _UNCERTAIN else "pneumonia"
        kinds = ["created", "received", "screened", "reviewed"]
        if share < _REJECTED:
            kinds = ["created", "received", "rejected"]
        elif share >= _REVIEWED:
            kinds = ["created", "received", "screened"]
        yield _build_film(number, kinds, decision)


def store_facts(folder: Path, count: int) -> None:
    """Writes facts and index of films into the data folder of a system that does not run."""
    store = ObjectStore(folder / "data" / "objects")
    for film in build_films(count):
        for key, content in film.facts.items():
            number = store.next_number()
            version = Version(
                number=number,
                bucket=FACTS_BUCKET,
                key=key,
                version_id=f"version-{number}",
                last_modified=datetime.now(UTC).replace(tzinfo=None).isoformat(),
                etag=hashlib.md5(content, usedforsecurity=False).hexdigest(),
            )
            store.write_object(version, content)


def list_progress() -> tuple[str, bytes]:
    """The object which says that the lists hold all films."""
    content = {"filters": sorted(INDEXED_FILTERS), "after": ""}
    return keys.list_progress(SITE), _encode(content)


def _build_film(number: int, kinds: Sequence[str], decision: str) -> Film:
    radiograph, at = keys.radiograph_id(SITE, f"film-{number}"), _FIRST + number * _INTERVAL
    facts, record = _read_examples(tuple(kinds), decision)
    entry = keys.index_entry(clock.to_text(at), radiograph)
    record = _fill(record, radiograph, at)
    entries = find_entries(parse(Record, record))
    identity = {"file_name": f"film {number}.png", "record": record}
    return Film(
        radiograph_id=radiograph,
        facts={
            keys.index_prefix(SITE) + entry: b"",
            **{
                keys.fact(radiograph, sequence): _encode(_fill(fact, radiograph, at))
                for sequence, fact in enumerate(facts, start=1)
            },
        },
        images={
            keys.identity(radiograph): _encode(identity),
            **{keys.list_prefix(SITE, each) + name: b"" for each, name in entries},
        },
    )


@cache
def _read_examples(kinds: tuple[str, ...], decision: str) -> tuple[Sequence[Fields], Fields]:
    """The golden facts of these kinds, and the record that follows from them."""
    facts = [json.loads((_GOLDEN / f"{kind}.json").read_text()) for kind in kinds]
    for sequence, fact in enumerate(facts, start=1):
        fact["sequence"] = sequence
        if fact["kind"] == "created":
            fact["site"] = SITE
        if fact["kind"] == "screened":
            fact["answer"]["decision"] = decision
    record = fold(map(parse_fact, facts))
    assert record is not None
    return facts, serialise(record)


def _fill(fields: Fields, radiograph: str, at: datetime) -> Fields:
    """The same fields for a radiograph of its own, with all its times at one moment."""
    varying = {name: clock.to_text(at) for name in _VARYING if fields.get(name)}
    return {**fields, **varying, "radiograph_id": radiograph}


def _encode(fields: Fields) -> bytes:
    return json.dumps(fields).encode()
