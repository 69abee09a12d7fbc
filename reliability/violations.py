"""How a promise can be broken, and the line that counts the broken ones."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum


class Violation(StrEnum):
    """How a promise was broken."""

    LOST = "lost"
    DOUBLED = "doubled"
    WRONG = "wrong"
    STUCK = "stuck"


# What was promised (an upload, a review, a race, a row), and how the promise was broken.
Broken = tuple[object, Violation]


def format_summary(violations: Sequence[Broken], *, uploads: int) -> str:
    """Returns one line: `lost 0 doubled 0 wrong 0 stuck 0 of 50`."""
    counts = Counter(violation for _, violation in violations)
    return (
        " ".join(f"{violation} {counts[violation]}" for violation in Violation) + f" of {uploads}"
    )
