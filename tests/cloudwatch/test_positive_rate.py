"""A stuck model rings within 200 radiographs; a working model does not.

The answers pass through the list in a real Redis, as in the screening function; then the
synthesised alarms are evaluated after each of them.
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
from reliability.alarm_evaluator import ALARM, OK, Value, states
from screening import images
from screening.answer import build_answer
from screening.card import parse_card
from screening.cpu_model import CpuModel
from screening.decode import decode_radiograph
from tests.cloudwatch.conftest import SITES, FindAlarm
from tests.conftest import ROOT
from tests.lambdas.calls import Aws

# 240 radiographs a day.
INTERVAL_SECONDS = 360.0
KINDS = {
    "siteNorth": ("high", "high-day", "low", "low-day"),
    # Positives are rare there, so 100 answers without one are no evidence.
    "siteSouth": ("high", "high-day", "low-day"),
}

CountUntilAlarm = Callable[..., list[int]]


@pytest.fixture
def cache(aws: Aws) -> Cache:
    """The screening function's cache, with an empty Redis."""
    return handler.pipeline().cache


@pytest.fixture
def count_until_alarm(find_alarm: FindAlarm, cache: Cache) -> CountUntilAlarm:
    """Counts the answers until each kind of alarm rings; kinds that do not ring are left out."""

    def count(
        site: str, answers: Sequence[bool], kinds: Sequence[str], *, with_redis: bool = True
    ) -> list[int]:
        values = list(_values(cache, site, answers, with_redis=with_redis))
        moments = [INTERVAL_SECONDS * number for number in range(1, len(answers) + 1)]
        by_kind = [
            states(find_alarm(f"positive-rate-{kind}-{site}"), values, at=moments) for kind in kinds
        ]
        return [history.index(ALARM) + 1 for history in by_kind if ALARM in history]

    return count


def _values(
    cache: Cache, site: str, answers: Sequence[bool], *, with_redis: bool
) -> Iterator[Value]:
    """The metrics of the screening function; without Redis no rate of the last 100 answers."""
    dimensions = {SERVICE: Service.SCREENING, STAGE: "prod", SITE: site}
    for number, positive in enumerate(answers, start=1):
        at = INTERVAL_SECONDS * number
        yield Value(at=at, name=Metric.POSITIVE, dimensions=dimensions, value=float(positive))
        rate = cache.update_positive_rate(site, "v1", positive=positive) if with_redis else None
        if rate is not None:
            yield Value(at=at, name=Metric.POSITIVE_RATE, dimensions=dimensions, value=rate)


def random_answers(share: float, count: int, *, seed: int = 1) -> list[bool]:
    generator = random.Random(seed)
    return [generator.random() < share for _ in range(count)]


@pytest.mark.parametrize("site", SITES)
def test_a_hundred_positive_answers_ring(count_until_alarm: CountUntilAlarm, site: str) -> None:
    assert count_until_alarm(site, [True] * 100, ["high"]) == [100]


@pytest.mark.parametrize("site", SITES)
def test_they_ring_without_redis_too(count_until_alarm: CountUntilAlarm, site: str) -> None:
    assert count_until_alarm(site, [True] * 100, ["high", "high-day"], with_redis=False) == [100]


@pytest.mark.parametrize(("site", "share"), [("siteNorth", 0.74), ("siteSouth", 0.1)])
def test_a_model_that_breaks_rings_within_200_radiographs(
    count_until_alarm: CountUntilAlarm, site: str, share: float
) -> None:
    [first] = count_until_alarm(site, random_answers(share, 500) + [True] * 200, ["high"])
    assert 500 < first <= 700


def test_a_hundred_negative_answers_ring(count_until_alarm: CountUntilAlarm) -> None:
    assert count_until_alarm("siteNorth", [False] * 100, ["low", "low-day"]) == [100, 100]


def test_where_positives_are_rare_a_day_must_hold_enough_answers(find_alarm: FindAlarm) -> None:
    day = find_alarm("positive-rate-low-day-siteSouth")
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


def test_ninety_nine_answers_are_too_few(count_until_alarm: CountUntilAlarm) -> None:
    assert count_until_alarm("siteNorth", [True] * 99, KINDS["siteNorth"]) == []


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("site", "share"),
    [("siteNorth", 0.45), ("siteNorth", 0.74), ("siteSouth", 0.1), ("siteSouth", 0.18)],
)
def test_a_normal_replay_is_silent(
    count_until_alarm: CountUntilAlarm, site: str, share: float, seed: int
) -> None:
    assert count_until_alarm(site, random_answers(share, 1000, seed=seed), KINDS[site]) == []


def test_it_rings_on_through_a_quiet_night(find_alarm: FindAlarm, cache: Cache) -> None:
    values = list(_values(cache, "siteNorth", [True] * 100, with_redis=True))
    moments = [100 * INTERVAL_SECONDS, 100 * INTERVAL_SECONDS + 12 * 3600]
    high = find_alarm("positive-rate-high-siteNorth")
    assert states(high, values, at=moments) == [ALARM, ALARM]


@pytest.mark.data
def test_the_bundled_model_is_silent_on_radiographs_of_the_data_set(
    count_until_alarm: CountUntilAlarm, data: Path
) -> None:
    files = sorted((data / "chest_xray_224" / "train").rglob("*.jp*g"))
    answers = _predict(random.Random(1).sample(files, 150))
    assert count_until_alarm("siteNorth", answers, KINDS["siteNorth"]) == []


def _predict(files: Sequence[Path]) -> list[bool]:
    card = parse_card(json.loads((ROOT / "models" / "model_card.json").read_text()))
    model = CpuModel((ROOT / "models" / card.cpu_path).read_bytes(), card)
    answers = []
    for file in files:
        pixels = images.build_model_input(decode_radiograph(file.read_bytes()).pixels)
        answer = build_answer(model.predict(pixels), card, predictor=Predictor.CPU)
        answers.append(answer.positive)
    return answers
