"""The functions emit their metrics, and a stuck model shows in the positive rate."""

from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from contracts import keys
from contracts.metrics import POSITIVE_RATE_ANSWERS, SITE, STAGE, Metric
from lambdas.cache import connect_cache
from lambdas.settings import SettingsError, read_settings, read_stage
from local.log_metrics import MetricValue, parse_metrics
from phantoms.file_formats import encode_image, grey_ramp
from tests.lambdas.calls import Api, Aws, run_screening, screen_phantom

Read = Callable[[Metric], list[MetricValue]]


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str]) -> Iterator[Read]:
    """Reads the values of a metric that were emitted since the last read."""

    def of(metric: Metric) -> list[MetricValue]:
        return [
            each
            for each in parse_metrics(capsys.readouterr().out.splitlines())
            if each.name == metric
        ]

    yield of


def fill(aws: Aws, positives: int, *, version: str) -> None:
    """Fills the site's list with all but one of the answers that a rate needs."""
    key = keys.redis_positives("siteNorth", version)
    aws.redis.rpush(key, *([1] * positives), *([0] * (POSITIVE_RATE_ANSWERS - 1 - positives)))


def current_version(aws: Aws, api: Api) -> str:
    return str(api("GET", "/model")[1]["model_version"])


def test_a_metric_says_its_stage(aws: Aws, api: Api, read: Read) -> None:
    api.create()
    [created] = read(Metric.CREATED)
    assert created.dimensions[STAGE] == "test"


def test_without_a_stage_no_function_starts() -> None:
    with pytest.raises(SettingsError, match="STAGE"):
        read_stage({})


def test_no_rate_is_told_before_there_are_a_hundred_answers(aws: Aws, api: Api, read: Read) -> None:
    screen_phantom(aws, api)
    assert read(Metric.POSITIVE_RATE) == []


def test_the_hundredth_answer_tells_the_rate(aws: Aws, api: Api, read: Read) -> None:
    fill(aws, 70, version=current_version(aws, api))
    screen_phantom(aws, api)
    [rate] = read(Metric.POSITIVE_RATE)
    assert rate.value in (0.7, 0.71)
    assert rate.dimensions[SITE] == "siteNorth"


def test_the_list_keeps_a_hundred_answers_and_ends_when_nothing_comes(aws: Aws, api: Api) -> None:
    key = keys.redis_positives("siteNorth", current_version(aws, api))
    aws.redis.rpush(key, *[1] * 150)
    screen_phantom(aws, api)
    assert aws.redis.llen(key) == POSITIVE_RATE_ANSWERS
    assert 0 < aws.redis.ttl(key) <= 30 * 24 * 3600


def test_a_radiograph_that_is_delivered_twice_counts_once(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    run_screening(radiograph)
    assert aws.redis.llen(keys.redis_positives("siteNorth", current_version(aws, api))) == 1


def test_a_new_model_is_not_judged_by_the_answers_of_the_one_before(
    aws: Aws, api: Api, read: Read
) -> None:
    fill(aws, 99, version="the one before")
    screen_phantom(aws, api)
    assert read(Metric.POSITIVE_RATE) == []


def test_another_site_is_not_judged_by_these_answers(aws: Aws) -> None:
    cache = connect_cache(read_settings())
    fill(aws, 99, version="v")
    assert cache.update_positive_rate("siteSouth", "v", positive=True) is None
    assert cache.update_positive_rate("siteNorth", "v", positive=True) == 1.0


def test_without_redis_no_rate_is_told_and_the_answer_stands(
    aws: Aws, api: Api, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    radiograph = screen_phantom(aws, api)
    assert read(Metric.POSITIVE_RATE) == []
    assert aws.fact_kinds(radiograph)[-1] == "screened"


def test_a_last_try_without_an_answer_is_counted_for_its_site(
    aws: Aws, api: Api, read: Read
) -> None:
    radiograph = api.create()
    run_screening(radiograph, receives=2)
    assert read(Metric.FAILED) == []
    aws.upload(radiograph, encode_image(Image.fromarray(grey_ramp())))
    run_screening(radiograph, receives=3)
    [failed] = read(Metric.FAILED)
    assert failed.dimensions[SITE] == "siteNorth"


def test_a_last_try_of_what_is_answered_is_not_counted(aws: Aws, api: Api, read: Read) -> None:
    radiograph = api.create()
    aws.upload(radiograph, encode_image(Image.fromarray(grey_ramp())))
    run_screening(radiograph)
    run_screening(radiograph, receives=3)
    assert read(Metric.FAILED) == []


def test_each_final_film_is_one_value_of_the_share_that_is_rejected(
    aws: Aws, api: Api, read: Read
) -> None:
    screen_phantom(aws, api)
    assert [each.value for each in read(Metric.REJECTED_FILES)] == [0]
    radiograph = api.create("no image")
    aws.upload(radiograph, b"no image")
    run_screening(radiograph)
    assert [each.value for each in read(Metric.REJECTED_FILES)] == [1]


def test_an_image_is_unusable_for_its_own_sake_and_not_for_an_age(
    aws: Aws, api: Api, read: Read
) -> None:
    screen_phantom(aws, api)
    [value] = read(Metric.UNUSABLE_IMAGES)
    assert value.dimensions[SITE] == "siteNorth"
    assert value.value in (0, 1)
