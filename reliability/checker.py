"""Reads all facts and images after a run, and finds each upload whose promise was not kept."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from contracts import keys
from contracts.facts import Created, Fact, Received, Rejected, Screened
from contracts.serialisation import parse_fact

# The endpoint and the CPU model differ in the last digits, and so may two machines.
_MAX_PROBABILITY_DIFFERENCE = 0.02


class Violation(StrEnum):
    """How a promise was broken."""

    LOST = "lost"
    DOUBLED = "doubled"
    WRONG = "wrong"
    STUCK = "stuck"


@dataclass(frozen=True, kw_only=True)
class ExpectedResult:
    """The result of a file without faults: a decision with its probability, or a rejection."""

    decision: str | None = None
    probability: float | None = None
    rejection: str | None = None


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An upload that was acknowledged: its id by the API, its bytes by S3."""

    radiograph_id: str
    sha256: str
    expected: ExpectedResult

    @classmethod
    def from_content(cls, radiograph_id: str, content: bytes, expected: ExpectedResult) -> "Upload":
        digest = hashlib.sha256(content).hexdigest()
        return cls(radiograph_id=radiograph_id, sha256=digest, expected=expected)


class Checker:
    """Reads the facts bucket and the images bucket of one system."""

    def __init__(self, s3: Any, *, facts_bucket: str, images_bucket: str) -> None:
        self._s3 = s3
        self._facts_bucket = facts_bucket
        self._images_bucket = images_bucket

    def find_violations(self, uploads: Iterable[Upload]) -> list[tuple[Upload, Violation]]:
        """Returns each upload with a broken promise, and the worst violation."""
        return [
            (upload, violation) for upload in uploads if (violation := self._find_violation(upload))
        ]

    def _find_violation(self, upload: Upload) -> Violation | None:
        history = self._read_facts(upload.radiograph_id)
        counts = Counter(type(fact) for fact in history)
        results = [fact for fact in history if isinstance(fact, Screened | Rejected)]
        if not counts[Created] or not self._is_stored(upload, history):
            return Violation.LOST
        if counts[Created] > 1 or counts[Received] > 1 or len(results) > 1:
            return Violation.DOUBLED
        if not results:
            return Violation.STUCK
        if _is_in_order(history) and _is_expected(upload, history, results[0]):
            return None
        return Violation.WRONG

    def _read_facts(self, radiograph: str) -> list[Fact]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._facts_bucket, Prefix=keys.facts_prefix(radiograph)
        )
        names = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return [parse_fact(json.loads(self._read(self._facts_bucket, name))) for name in names]

    def _is_stored(self, upload: Upload, history: Sequence[Fact]) -> bool:
        """Returns whether the index entry, the uploaded bytes and the images of an answer exist."""
        radiograph = upload.radiograph_id
        created = next(fact for fact in history if isinstance(fact, Created))
        objects = [(self._facts_bucket, keys.index(created.site, created.at, radiograph))]
        if any(isinstance(fact, Screened) for fact in history):
            for build_key in (keys.rendition, keys.thumbnail, keys.attention):
                objects.append((self._images_bucket, build_key(radiograph)))
        is_received = any(isinstance(fact, Received) for fact in history)
        content = (
            self._read_original(radiograph) if is_received else self._read_incoming(radiograph)
        )
        return hashlib.sha256(content).hexdigest() == upload.sha256 and all(
            self._exists(bucket, key) for bucket, key in objects
        )

    def _exists(self, bucket: str, key: str) -> bool:
        response = self._s3.list_objects_v2(Bucket=bucket, Prefix=key)
        return key in {entry["Key"] for entry in response.get("Contents", [])}

    def _read_original(self, radiograph: str) -> bytes:
        """Returns the stored copy of the file; empty where it is missing."""
        bucket, key = self._images_bucket, keys.original(radiograph)
        return self._read(bucket, key) if self._exists(bucket, key) else b""

    def _read_incoming(self, radiograph: str) -> bytes:
        """Returns the oldest version of the upload, which counts; empty where none exists."""
        bucket, key = self._images_bucket, keys.incoming(radiograph)
        response = self._s3.list_object_versions(Bucket=bucket, Prefix=key)
        versions = [each for each in response.get("Versions", []) if each["Key"] == key]
        if not versions:
            return b""
        # Newest first, so that the last of several versions of one second is the oldest.
        oldest = min(reversed(versions), key=lambda version: version["LastModified"])
        return self._read(bucket, key, VersionId=oldest["VersionId"])

    def _read(self, bucket: str, key: str, **version: str) -> bytes:
        return bytes(self._s3.get_object(Bucket=bucket, Key=key, **version)["Body"].read())


def format_summary(violations: Sequence[tuple[Upload, Violation]], *, uploads: int) -> str:
    """Returns one line: `lost 0 doubled 0 wrong 0 stuck 0 of 50`."""
    counts = Counter(violation for _, violation in violations)
    return (
        " ".join(f"{violation} {counts[violation]}" for violation in Violation) + f" of {uploads}"
    )


def _is_in_order(history: Sequence[Fact]) -> bool:
    numbers = [fact.sequence for fact in history]
    times = [fact.at for fact in history]
    return numbers == list(range(1, len(history) + 1)) and all(a <= b for a, b in pairwise(times))


def _is_expected(upload: Upload, history: Sequence[Fact], result: Fact) -> bool:
    """Returns whether the received bytes and the result are those of the upload."""
    [received] = [fact for fact in history if isinstance(fact, Received)]
    if received.sha256 != upload.sha256:
        return False
    expected = upload.expected
    if isinstance(result, Rejected):
        return result.reason == expected.rejection
    assert isinstance(result, Screened)
    if result.answer.decision != expected.decision:
        return False
    if expected.probability is None:  # A radiograph that is not assessed has none.
        return True
    return abs(result.answer.probability - expected.probability) <= _MAX_PROBABILITY_DIFFERENCE
