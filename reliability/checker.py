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
from contracts.facts import Created, Fact, Received, Rejected, Screened, fact_from_json

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

    def __init__(self, s3: Any, *, facts_bucket: str, pictures_bucket: str) -> None:
        self._s3 = s3
        self._facts = facts_bucket
        self._pictures = pictures_bucket

    def faults(self, uploads: Iterable[Sent]) -> list[tuple[Sent, Fault]]:
        """Each upload that did not get what it was promised, with the worst that befell it."""
        return [(sent, fault) for sent in uploads if (fault := self._fault(sent))]

    def _fault(self, sent: Sent) -> Fault | None:
        told = self._told(sent.radiograph_id)
        kinds = Counter(type(fact) for fact in told)
        finals = [fact for fact in told if isinstance(fact, Screened | Rejected)]
        if not kinds[Created] or not self._is_kept(sent):
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
        return [fact_from_json(json.loads(self._read(self._facts, name))) for name in names]

    def _is_kept(self, sent: Sent) -> bool:
        """Whether its bytes are there, as they came or where they were received to."""
        return any(
            hashlib.sha256(self._read(self._pictures, key, version)).hexdigest() == sent.sha256
            for key in (keys.original(sent.radiograph_id), keys.incoming(sent.radiograph_id))
            for version in self._versions(key)
        )

    def _versions(self, key: str) -> list[str]:
        listed = self._s3.list_object_versions(Bucket=self._pictures, Prefix=key)
        return [each["VersionId"] for each in listed.get("Versions", []) if each["Key"] == key]

    def _read(self, bucket: str, key: str, version: str | None = None) -> bytes:
        which = {"VersionId": version} if version else {}
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
