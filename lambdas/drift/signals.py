"""Compares a window of answers with a reference by the population stability index (PSI).

Over the bins of a histogram, the PSI is the sum of (p - q) ln(p / q), where p and q are the shares
of both sides in a bin. Without a change it follows (1 / n + 1 / m) times a chi-squared distribution
with one degree of freedom less than there are bins, so the number of bins sets the false alarms:
with windows of 200, references of 500 and the threshold 0.15, ten bins ring in 1 of 90 windows and
three bins in 1 of 45,000. `make drift-drill` simulates them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, log

from lambdas.drift.observations import NUMBERS, SHARES, Observation

THRESHOLD = 0.15
# Of the input's numbers, which only lead to notes: at 0.15, two of 10,000 windows rang falsely.
_NOTE_THRESHOLD = 0.2
WINDOW, REFERENCE = 200, 500
_BINS = 3
# A bin that is empty on one side would make the PSI infinite.
_PRIOR = 0.5
# A season changes the odds of pneumonia less than this: from 16 to 30 % they are 2.25 times as
# high, and chance finds up to 4 times in a window of 200.
_SEASON_ODDS = 4.0
_NOTES = frozenset({"spread", "sharpness"})

Counts = Sequence[int]


class Severity(StrEnum):
    """A page says that answers may be wrong, a note that something else changed."""

    PAGE = "page"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """`severity` is None where nothing rings."""

    name: str
    psi: float
    severity: Severity | None


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """`edges` are between the bins, so there is one less than `counts`; `positives` are the counts
    of positive answers.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    positives: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Reference:
    """`numbers` and `shares` are by the names of signals; a number that an answer lacks is left
    out.
    """

    numbers: Mapping[str, Histogram]
    shares: Mapping[str, tuple[int, int]]


def build_reference(observations: Sequence[Observation]) -> Reference:
    """The reference of a site: bins with equally many answers, as far as they differ."""
    numbers = {}
    for name, read in NUMBERS.items():
        pairs = [
            (value, each.is_positive) for each in observations if (value := read(each)) is not None
        ]
        if len(pairs) == len(observations):
            values = sorted(value for value, _ in pairs)
            edges = tuple(values[len(values) * number // _BINS] for number in range(1, _BINS))
            positives = [value for value, is_positive in pairs if is_positive]
            numbers[name] = Histogram(
                edges=edges, counts=_count(values, edges), positives=_count(positives, edges)
            )
    shares = {name: _share(map(read, observations)) for name, read in SHARES.items()}
    return Reference(numbers=numbers, shares=shares)


def compare(reference: Reference, window: Sequence[Observation]) -> list[Signal]:
    """The signals of a window; without those that the reference or the window lacks."""
    signals = []
    positives = _share(each.is_positive for each in window)
    for name, histogram in reference.numbers.items():
        values = [value for each in window if (value := NUMBERS[name](each)) is not None]
        if len(values) == len(window):
            counts = _count(values, histogram.edges)
            psi = compute_psi(histogram.counts, counts)
            severity = _find_severity(name, psi)
            if severity and _is_season(histogram, counts, positives):
                severity = Severity.NOTE
            signals.append(Signal(name=name, psi=psi, severity=severity))
    for name, share in reference.shares.items():
        psi = compute_psi(_both(share), _both(_share(map(SHARES[name], window))))
        signals.append(Signal(name=name, psi=psi, severity=_find_severity(name, psi)))
    return signals


def compute_psi(reference: Sequence[float], counts: Sequence[float]) -> float:
    """The PSI of two lists of counts in the same bins."""
    pairs = zip(_smooth(reference), _smooth(counts), strict=True)
    return fsum((q - p) * log(q / p) for p, q in pairs)


def _find_severity(name: str, psi: float) -> Severity | None:
    if name in _NOTES:
        return Severity.NOTE if psi > _NOTE_THRESHOLD else None
    return Severity.PAGE if psi > THRESHOLD else None


def _is_season(histogram: Histogram, counts: Counts, share: tuple[int, int]) -> bool:
    """Whether another share of positives, as a season brings, explains the counts: positive and
    negative answers look as in the reference, and their odds have not changed much.
    """
    positives, negatives = _both((sum(histogram.positives), sum(histogram.counts)))
    window_positives, window_negatives = _both(share)
    if 0 in (positives, negatives, window_positives, window_negatives):
        return False
    odds = window_positives / window_negatives * negatives / positives
    expected = [
        window_positives * positive / positives + window_negatives * (whole - positive) / negatives
        for whole, positive in zip(histogram.counts, histogram.positives, strict=True)
    ]
    return 1 / _SEASON_ODDS <= odds <= _SEASON_ODDS and compute_psi(expected, counts) <= THRESHOLD


def _count(values: Iterable[float], edges: Sequence[float]) -> tuple[int, ...]:
    counts = [0] * (len(edges) + 1)
    for value in values:
        counts[bisect_right(edges, value)] += 1
    return tuple(counts)


def _share(values: Iterable[bool]) -> tuple[int, int]:
    flags = list(values)
    return sum(flags), len(flags)


def _both(share: tuple[int, int]) -> tuple[int, int]:
    part, whole = share
    return part, whole - part


def _smooth(counts: Sequence[float]) -> list[float]:
    whole = sum(counts) + _PRIOR * len(counts)
    return [(count + _PRIOR) / whole for count in counts]
