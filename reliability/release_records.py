"""Stores radiographs as earlier releases and a later one write them, and broken ones."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from contracts import keys
from contracts.record import State
from lambdas import clock
from local.aws.resources import FACTS_BUCKET
from reliability.api_client import ApiClient
from reliability.release_examples import RELEASES, Facts, build_examples, read_lists
from reliability.retries import retry_aws
from reliability.running_system import SITE, RunningSystem

Fact = Mapping[str, Any]

BROKEN, LATER = "broken", "later"
KINDS = (BROKEN, LATER, *RELEASES)
_BAD_JSON = b'{"kind": "received", '
# Kinds of facts in their order, with the state after them.
_HISTORIES: Sequence[tuple[tuple[str, ...], State]] = (
    (("created", "received", "screened", "reviewed"), State.SCREENED),
    (("created", "received", "rejected"), State.REJECTED),
    (("created", "received", "failed"), State.FAILED),
)


@dataclass(frozen=True, kw_only=True)
class ReleaseRecord:
    """`state` is what the worklist has to show."""

    radiograph_id: str
    kind: str
    state: State


class ReleaseWriter:
    """Writes to storage itself, as the function of another release would. Safe from several
    threads.
    """

    def __init__(self, system: RunningSystem, *, seed: int) -> None:
        self._api = ApiClient(system)
        self._s3 = system.s3
        self._random = random.Random(seed)
        self.records: list[ReleaseRecord] = []

    def write(self, number: int) -> None:
        """Writes one radiograph; the kinds take turns."""
        kind, name = KINDS[number % len(KINDS)], f"release-{number}"
        if kind == BROKEN:
            self._write_broken(name)
            return
        lists = read_lists(RELEASES[-1] if kind == LATER else kind)
        kinds, state = _HISTORIES[0] if kind == LATER else self._random.choice(_HISTORIES)
        facts = [self._draw(lists, each) for each in kinds]
        self._store(keys.radiograph_id(SITE, name), _add_later(facts) if kind == LATER else facts)
        self._add(keys.radiograph_id(SITE, name), kind, state)

    def _write_broken(self, name: str) -> None:
        """Announces a radiograph and uploads a file. The fact after `created` is no JSON."""
        content = name.encode()
        created = self._api.create_radiograph(name, content, key=name)
        self._put(keys.fact(created.radiograph.id, 2), _BAD_JSON)
        self._api.upload(created, content)
        self._add(created.radiograph.id, BROKEN, State.UNREADABLE)

    def _draw(self, lists: Facts, kind: str) -> Fact:
        return self._random.choice(list(build_examples(kind, lists[kind])))

    def _store(self, radiograph: str, facts: Sequence[Fact]) -> None:
        at = clock.to_text(datetime.now(UTC))
        for sequence, fact in enumerate(facts, start=1):
            common = {"radiograph_id": radiograph, "sequence": sequence, "at": at}
            site = {"site": SITE} if sequence == 1 else {}
            self._put(
                keys.fact(radiograph, sequence), json.dumps({**fact, **common, **site}).encode()
            )
        self._put(keys.index(SITE, at, radiograph), b"")

    def _put(self, key: str, content: bytes) -> None:
        retry_aws(partial(self._s3.put_object, Bucket=FACTS_BUCKET, Key=key, Body=content))

    def _add(self, radiograph: str, kind: str, state: State) -> None:
        self.records.append(ReleaseRecord(radiograph_id=radiograph, kind=kind, state=state))


def _add_later(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Adds to an answer and its review what a later release may add: a field, values, a kind."""
    *earlier, screened, reviewed = facts
    answer = {**screened["answer"], "decision": "bacterial", "cautions": ["implant"]}
    return (
        *earlier,
        {**screened, "answer": answer, "added_field": 1},
        {"kind": "second_opinion", "grade": 3},
        {**reviewed, "verdict": "unsure"},
    )
