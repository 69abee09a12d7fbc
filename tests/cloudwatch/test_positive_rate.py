"""The fault that killed the original system rings within 200 radiographs; a good model does not.

The answers go through the list in a real Redis, as in the screening function; then the synthesised
alarms are evaluated after each of them.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from contracts.answers import Predictor
from contracts.metrics import SERVICE, SITE, STAGE, Metric, Service
from lambdas.cache import Cache
from lambdas.screening import handler
from screening import images
from screening.answer import build_answer
from screening.card import parse_card
from screening.cpu_model import CpuModel
from screening.decode import decode_radiograph
from tests.cloudwatch.conftest import SITES, Alarm
from tests.cloudwatch.evaluator import ALARM, OK, Value, states
from tests.conftest import ROOT
from tests.lambdas.calls import Aws

# 240 radiographs a day.
EVERY = 360.0
KINDS = {
    "siteNorth": ("high", "high-day", "low", "low-day"),
    # Positives are rare there: no alarm asks for them among as few as 100.
    "siteSouth": ("high", "high-day", "low-day"),
}

Rings = Callable[..., list[int]]


@pytest.fixture
def cache(aws: Aws) -> Cache:
    """The screening function's own, over an empty Redis."""
    return handler.pipeline().cache


@pytest.fixture
def rings(alarm: Alarm, cache: Cache) -> Rings:
    """After how many of these answers an alarm rings first, for each kind that does."""

    def ring(
        site: str, answers: Sequence[bool], kinds: Sequence[str], *, told: bool = True
    ) -> list[int]:
        values = list(_values(cache, site, answers, told=told))
        moments = [EVERY * number for number in range(1, len(answers) + 1)]
        found = [
            states(alarm(f"positive-rate-{kind}-{site}"), values, at=moments) for kind in kinds
        ]
        return [each.index(ALARM) + 1 for each in found if ALARM in each]

    return ring


def _values(cache: Cache, site: str, answers: Sequence[bool], *, told: bool) -> Iterator[Value]:
    """What the screening function emits; nothing of the last 100 where Redis is away."""
    dimensions = {SERVICE: Service.SCREENING, STAGE: "prod", SITE: site}
    for number, positive in enumerate(answers, start=1):
        at = EVERY * number
        yield Value(at=at, name=Metric.POSITIVE, dimensions=dimensions, value=float(positive))
        rate = cache.update_positive_rate(site, "v1", positive=positive) if told else None
        if rate is not None:
            yield Value(at=at, name=Metric.POSITIVE_RATE, dimensions=dimensions, value=rate)


def drawn(share: float, count: int, *, seed: int = 1) -> list[bool]:
    chance = random.Random(seed)
    return [chance.random() < share for _ in range(count)]


@pytest.mark.parametrize("site", SITES)
def test_a_hundred_positive_answers_ring(rings: Rings, site: str) -> None:
    assert rings(site, [True] * 100, ["high"]) == [100]


@pytest.mark.parametrize("site", SITES)
def test_they_ring_without_redis_too(rings: Rings, site: str) -> None:
    assert rings(site, [True] * 100, ["high", "high-day"], told=False) == [100]


@pytest.mark.parametrize(("site", "share"), [("siteNorth", 0.74), ("siteSouth", 0.1)])
def test_a_model_that_breaks_rings_within_200_radiographs(
    rings: Rings, site: str, share: float
) -> None:
    [first] = rings(site, drawn(share, 500) + [True] * 200, ["high"])
    assert 500 < first <= 700


def test_a_hundred_negative_answers_ring(rings: Rings) -> None:
    assert rings("siteNorth", [False] * 100, ["low", "low-day"]) == [100, 100]


def test_where_positives_are_rare_a_day_must_hold_enough_answers(alarm: Alarm) -> None:
    day = alarm("positive-rate-low-day-siteSouth")
    values = [
        Value(
            at=number,
            name=Metric.POSITIVE,
            dimensions={SERVICE: Service.SCREENING, STAGE: "prod", SITE: "siteSouth"},
            value=0,
        )
        for number in range(1, 301)
    ]
    assert states(day, values, at=[250, 300]) == [OK, ALARM]


def test_ninety_nine_answers_are_too_few(rings: Rings) -> None:
    assert rings("siteNorth", [True] * 99, KINDS["siteNorth"]) == []


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("site", "share"),
    [("siteNorth", 0.16), ("siteNorth", 0.74), ("siteSouth", 0.1), ("siteSouth", 0.18)],
)
def test_a_normal_replay_is_silent(rings: Rings, site: str, share: float, seed: int) -> None:
    assert rings(site, drawn(share, 1000, seed=seed), KINDS[site]) == []


def test_it_rings_on_through_a_quiet_night(alarm: Alarm, cache: Cache) -> None:
    values = list(_values(cache, "siteNorth", [True] * 100, told=True))
    moments = [100 * EVERY, 100 * EVERY + 12 * 3600]
    high = alarm("positive-rate-high-siteNorth")
    assert states(high, values, at=moments) == [ALARM, ALARM]


@pytest.mark.data
def test_the_bundled_model_is_silent_on_radiographs_of_the_data_set(
    rings: Rings, data: Path
) -> None:
    files = sorted((data / "chest_xray_224" / "train").rglob("*.jp*g"))
    said = _said(random.Random(1).sample(files, 150))
    assert rings("siteNorth", said, KINDS["siteNorth"]) == []


def _said(files: Sequence[Path]) -> list[bool]:
    card = parse_card(json.loads((ROOT / "models" / "model_card.json").read_text()))
    model = CpuModel((ROOT / "models" / card.cpu_path).read_bytes(), card)
    said = []
    for file in files:
        pixels = images.build_model_input(decode_radiograph(file.read_bytes()).pixels)
        said.append(build_answer(model.predict(pixels), card, predictor=Predictor.CPU).positive)
    return said
