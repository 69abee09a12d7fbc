"""Finds each upload whose promise was not kept, in all facts and images after a run."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contracts import keys
from contracts.facts import Created, Fact, Received, Rejected, Screened
from reliability.stored_objects import StoredObjects
from reliability.violations import Violation

# The endpoint and the CPU model differ in the last digits, and so may two machines.
_MAX_PROBABILITY_DIFFERENCE = 0.02


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
    """Compares uploads with what is stored."""

    def __init__(self, stored: StoredObjects) -> None:
        self._stored = stored

    def find_violations(self, uploads: Iterable[Upload]) -> list[tuple[Upload, Violation]]:
        """Returns each upload with a broken promise, and the worst violation."""
        self._stored.refresh()
        return [
            (upload, violation) for upload in uploads if (violation := self._find_violation(upload))
        ]

    def _find_violation(self, upload: Upload) -> Violation | None:
        history = self._stored.read_facts(upload.radiograph_id)
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

    def _is_stored(self, upload: Upload, history: Sequence[Fact]) -> bool:
        """Returns whether the index entry, the uploaded bytes and the images of an answer exist."""
        radiograph = upload.radiograph_id
        created = next(fact for fact in history if isinstance(fact, Created))
        objects = [(self._stored.facts_bucket, keys.index(created.site, created.at, radiograph))]
        if any(isinstance(fact, Screened) for fact in history):
            for build_key in (keys.rendition, keys.thumbnail, keys.attention):
                objects.append((self._stored.images_bucket, build_key(radiograph)))
        is_received = any(isinstance(fact, Received) for fact in history)
        read = self._stored.read_original if is_received else self._stored.read_incoming
        content = read(radiograph)
        return hashlib.sha256(content).hexdigest() == upload.sha256 and all(
            self._stored.exists(bucket, key) for bucket, key in objects
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
