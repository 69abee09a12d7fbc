"""Changes of a site, each replayed answer by answer until something rings, and windows without."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lambdas.drift.observations import Observation
from lambdas.drift.signals import (
    REFERENCE,
    WINDOW,
    Severity,
    Signal,
    build_reference,
    compare,
)
from reliability.drift_drill.films import Films

PREVALENCE, SHIFTED_PREVALENCE = 0.3, 0.8
SEASON = (0.16, 0.3)
# They move neither the score nor its accuracy, so that a note is enough.
_INPUT_CHANGES = frozenset({"blurred", "another contrast"})
# Every tenth answer, as often as a test can tell them apart.
_STEP = 10


@dataclass(frozen=True, kw_only=True)
class Result:
    """`answers` is the number after which something first rang, None where nothing did within 200;
    `signals` are those that rang then.
    """

    name: str
    answers: int | None
    signals: list[Signal]


def draw(
    films: Films, count: int, prevalence: float, generator: np.random.Generator
) -> list[Observation]:
    """Answers to validation films, drawn with replacement at a prevalence."""
    positive = generator.random(count) < prevalence
    pools = (films.normal, films.pneumonia)
    return [pools[bool(each)][int(generator.integers(len(pools[bool(each)])))] for each in positive]


def replay(films: Films) -> Iterator[Result]:
    """The six changes of a site with 30 % pneumonia."""
    generator = np.random.default_rng(18)
    streams = {
        "all positive": draw(films, WINDOW, 1.0, generator),
        **{
            kind: [films_of[int(each)] for each in generator.permutation(len(films_of))[:WINDOW]]
            for kind, films_of in films.altered.items()
        },
        "30 to 80 % positive": draw(films, WINDOW, SHIFTED_PREVALENCE, generator),
    }
    for name, stream in streams.items():
        before = draw(films, REFERENCE + WINDOW, PREVALENCE, generator)
        yield _replay(name, before, stream)


def _replay(name: str, before: Sequence[Observation], stream: Sequence[Observation]) -> Result:
    reference, answers = build_reference(before[:REFERENCE]), [*before[REFERENCE:], *stream]
    for count in range(_STEP, len(stream) + 1, _STEP):
        ringing = find_ringing(compare(reference, answers[count : count + WINDOW]))
        severities = {signal.severity for signal in ringing}
        if Severity.PAGE in severities or (severities and name in _INPUT_CHANGES):
            return Result(name=name, answers=count, signals=ringing)
    return Result(name=name, answers=None, signals=[])


def find_ringing(signals: Sequence[Signal]) -> list[Signal]:
    return [signal for signal in signals if signal.severity]


def count_false_rings(films: Films, windows: int) -> int:
    """How many windows without a change ring, of so many sites with a reference of their own."""
    generator, count = np.random.default_rng(200), 0
    for _ in range(windows):
        observations = draw(films, REFERENCE + WINDOW, PREVALENCE, generator)
        reference = build_reference(observations[:REFERENCE])
        count += bool(find_ringing(compare(reference, observations[REFERENCE:])))
    return count


def count_season(films: Films, windows: int) -> tuple[int, int]:
    """In how many windows a season rings as a note, and in how many as a page."""
    generator, notes, pages = np.random.default_rng(16), 0, 0
    low, high = SEASON
    for _ in range(windows):
        reference = build_reference(draw(films, REFERENCE, low, generator))
        signals = compare(reference, draw(films, WINDOW, high, generator))
        severities = {signal.severity for signal in find_ringing(signals)}
        pages += Severity.PAGE in severities
        notes += severities == {Severity.NOTE}
    return notes, pages
