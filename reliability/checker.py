"""Reads every fact afterwards, and says whether each upload got what it was promised."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from contracts import facts, keys
from contracts.facts import Created, Fact, Received, Rejected, Screened, parse_fact

# Two exports of a network differ in the last digits, and so may two machines.
_SAME_PROBABILITY = 0.02


class Fault(StrEnum):
    LOST = "lost"
    DOUBLED = "doubled"
    WRONG = "wrong"
    STUCK = "stuck"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a file gets that nobody disturbs: a decision with its probability, or a rejection."""

    decision: str | None = None
    probability: float | None = None
    rejection: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """An upload that was acknowledged: its id by the API, its bytes by S3."""

    radiograph_id: str
    sha256: str
    expected: Expected

    @classmethod
    def of(cls, radiograph_id: str, content: bytes, expected: Expected) -> "Sent":
        digest = hashlib.sha256(content).hexdigest()
        return cls(radiograph_id=radiograph_id, sha256=digest, expected=expected)


class Checker:
    """Over the two buckets of the system."""

    def __init__(self, s3: Any, *, facts_bucket: str, images_bucket: str) -> None:
        self._s3 = s3
        self._facts = facts_bucket
        self._pictures = images_bucket

    def faults(self, uploads: Iterable[Sent]) -> list[tuple[Sent, Fault]]:
        """Each upload that did not get what it was promised, with the worst that befell it."""
        return [(sent, fault) for sent in uploads if (fault := self._fault(sent))]

    def _fault(self, sent: Sent) -> Fault | None:
        told = self._told(sent.radiograph_id)
        kinds = Counter(type(fact) for fact in told)
        finals = [fact for fact in told if isinstance(fact, Screened | Rejected)]
        if not kinds[Created] or not self._is_kept(sent, told):
            return Fault.LOST
        if kinds[Created] > 1 or kinds[Received] > 1 or len(finals) > 1:
            return Fault.DOUBLED
        if not finals:
            return Fault.STUCK
        return None if _is_in_order(told) and _is_right(sent, told, finals[0]) else Fault.WRONG

    def _told(self, radiograph: str) -> list[Fact]:
        listed = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._facts, Prefix=keys.facts_prefix(radiograph)
        )
        names = [entry["Key"] for page in listed for entry in page.get("Contents", [])]
        return [parse_fact(json.loads(self._read(self._facts, name))) for name in names]

    def _is_kept(self, sent: Sent, told: Sequence[Fact]) -> bool:
        """Whether the worklist can show it, its bytes are where they were received to, or came, and
        the pictures of an answer are there.
        """
        name = sent.radiograph_id
        created = next(fact for fact in told if isinstance(fact, Created))
        wanted = [(self._facts, keys.index(created.site, created.at, name))]
        if any(isinstance(fact, Screened) for fact in told):
            made = (keys.rendition(name), keys.thumbnail(name), keys.attention(name))
            wanted += [(self._pictures, key) for key in made]
        received = any(isinstance(fact, Received) for fact in told)
        content = self._original(name) if received else self._arrived(name)
        return hashlib.sha256(content).hexdigest() == sent.sha256 and all(
            self._is_there(bucket, key) for bucket, key in wanted
        )

    def _is_there(self, bucket: str, key: str) -> bool:
        listed = self._s3.list_objects_v2(Bucket=bucket, Prefix=key)
        return key in {entry["Key"] for entry in listed.get("Contents", [])}

    def _original(self, radiograph: str) -> bytes:
        """Nothing where it is gone."""
        key = keys.original(radiograph)
        return self._read(self._pictures, key) if self._is_there(self._pictures, key) else b""

    def _arrived(self, radiograph: str) -> bytes:
        """The oldest version of what came, which is the one that counts; nothing where none is."""
        key = keys.incoming(radiograph)
        listed = self._s3.list_object_versions(Bucket=self._pictures, Prefix=key)
        versions = [each for each in listed.get("Versions", []) if each["Key"] == key]
        if not versions:
            return b""
        oldest = min(reversed(versions), key=lambda version: version["LastModified"])["VersionId"]
        return self._read(self._pictures, key, VersionId=oldest)

    def _read(self, bucket: str, key: str, **which: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=bucket, Key=key, **which)["Body"].read())


def summary(faults: Sequence[tuple[Sent, Fault]], *, of: int) -> str:
    """One line: `lost 0 doubled 0 wrong 0 stuck 0 of 50`."""
    counted = Counter(fault for _, fault in faults)
    return " ".join(f"{fault} {counted[fault]}" for fault in Fault) + f" of {of}"


def _is_in_order(told: Sequence[Fact]) -> bool:
    numbers = [fact.sequence for fact in told]
    times = [fact.at for fact in told]
    return numbers == list(range(1, len(told) + 1)) and all(a <= b for a, b in pairwise(times))


def _is_right(sent: Sent, told: Sequence[Fact], final: Fact) -> bool:
    [received] = [fact for fact in told if isinstance(fact, facts.Received)]
    if received.sha256 != sent.sha256:
        return False
    expected = sent.expected
    if isinstance(final, Rejected):
        return final.reason == expected.rejection
    assert isinstance(final, Screened)
    if final.answer.decision != expected.decision:
        return False
    if expected.probability is None:  # Where nothing is assessed, none is shown.
        return True
    return abs(final.answer.probability - expected.probability) <= _SAME_PROBABILITY
