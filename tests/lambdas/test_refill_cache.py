"""The nightly refill of a site reads from S3 only what Redis lacks, or soon will."""

from collections.abc import Sequence
from typing import Any

import pytest

from contracts import keys
from lambdas import refill_cache
from tests.lambdas.calls import Api, Aws, Context, screen_phantom
from tests.lambdas.s3_calls import S3Calls

SITE = "siteNorth"
_WEEK, _DAY = 7 * 24 * 3600, 24 * 3600


def refill(site: str = SITE) -> dict[str, int]:
    counts: dict[str, int] = refill_cache.handler({"site": site, "missing_only": True}, Context())
    return counts


@pytest.fixture
def films(aws: Aws, api: Api) -> Sequence[str]:
    """Two answered films of one site; lists and search are complete."""
    radiographs = screen_phantom(aws, api, "k1"), screen_phantom(aws, api, "k2")
    refill()
    return radiographs


def test_a_record_that_redis_has_costs_one_call(aws: Aws, films: Sequence[str]) -> None:
    calls = S3Calls(aws.s3)
    assert refill() == {SITE: len(films)}
    assert calls.names.count("HeadObject") == len(films)
    assert set(calls.names) == {"HeadObject", "GetObject", "ListObjectsV2"}
    # The progress of lists and of the search.
    assert calls.names.count("GetObject") == 2


def test_a_record_that_redis_lacks_is_put(aws: Aws, films: Sequence[str]) -> None:
    lost, kept = films
    aws.redis.delete(keys.redis_radiograph(lost))
    aws.redis.expire(keys.redis_radiograph(kept), 3 * _DAY)
    refill()
    assert aws.redis.ttl(keys.redis_radiograph(lost)) > 6 * _DAY
    assert aws.redis.ttl(keys.redis_radiograph(kept)) <= 3 * _DAY


def test_a_record_that_expires_before_the_next_night_is_put(aws: Aws, films: Sequence[str]) -> None:
    name = keys.redis_radiograph(films[0])
    aws.redis.expire(name, _DAY)
    refill()
    assert 6 * _DAY < aws.redis.ttl(name) <= _WEEK


def test_a_record_that_a_fact_follows_is_put(aws: Aws, api: Api, films: Sequence[str]) -> None:
    """As after a review while Redis was away."""
    name = keys.redis_radiograph(films[0])
    before: Any = aws.redis.hgetall(name)
    api("POST", f"/radiographs/{films[0]}/reviews", body={"finding": "pneumonia"})
    aws.redis.delete(name)
    aws.redis.hset(name, mapping=before)
    aws.redis.expire(name, _WEEK)
    refill()
    after: Any = aws.redis.hget(name, "sequence")
    assert after > before[b"sequence"]


def test_entries_of_lists_are_corrected_by_the_record_in_redis(
    aws: Aws, films: Sequence[str]
) -> None:
    prefix = keys.list_prefix(SITE, "to_review")
    entries = aws.s3.list_objects_v2(Bucket="pictures", Prefix=prefix)["Contents"]
    aws.s3.delete_object(Bucket="pictures", Key=entries[0]["Key"])
    refill()
    after = aws.s3.list_objects_v2(Bucket="pictures", Prefix=prefix)["Contents"]
    assert [each["Key"] for each in after] == [each["Key"] for each in entries]


def test_while_the_search_is_incomplete_all_records_are_read(
    aws: Aws, films: Sequence[str]
) -> None:
    """As after an upgrade that adds a kind of entry."""
    aws.s3.delete_object(Bucket="pictures", Key=keys.search_progress(SITE))
    calls = S3Calls(aws.s3)
    refill()
    assert calls.names.count("GetObject") > len(films)
    assert aws.s3.head_object(Bucket="pictures", Key=keys.search_progress(SITE))


def test_a_site_without_films_is_no_error(aws: Aws) -> None:
    assert refill("siteNew") == {"siteNew": 0}


def test_another_site_is_left_alone(aws: Aws, films: Sequence[str]) -> None:
    aws.redis.flushall()
    refill("siteSouth")
    assert not aws.redis.exists(*(keys.redis_radiograph(film) for film in films))
