"""Tabs have counts, which cost one call of Redis, and are right when it has lost everything."""

from datetime import timedelta

import pytest

from contracts.answers import Decision
from contracts.api import ListCounts
from contracts.serialisation import parse
from lambdas import clock, list_counter
from lambdas.api.services import services
from tests.lambdas.calls import SOUTH, Api, Aws, list_worklist, screen_phantom
from tests.lambdas.s3_calls import S3Calls
from tests.lambdas.stored_films import complete_lists, store_film


def count(api: Api, **query: str) -> ListCounts:
    status, body = api("GET", "/radiographs/counts", query=query)
    assert status == 200, body
    return parse(ListCounts, body)


@pytest.fixture
def films(aws: Aws) -> None:
    complete_lists(aws)
    for number, decision in enumerate([*Decision, Decision.NO_PNEUMONIA]):
        store_film(aws, f"film {number}", decision, clock.now() - timedelta(hours=number))


COUNTS = {
    "to_review": 5,
    "pneumonia": 1,
    "uncertain": 1,
    "no_pneumonia": 2,
    "not_assessed": 1,
    "rejected": 0,
    "differing": 0,
}


def test_a_page_has_the_counts_of_all_lists(aws: Aws, api: Api, films: None) -> None:
    page = list_worklist(api, filter="pneumonia")
    assert page.counts is not None
    assert page.counts.counts == COUNTS == count(api).counts


def test_counts_cost_one_call_of_redis_and_are_right_without_it(
    aws: Aws, api: Api, films: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert count(api).counts == COUNTS
    calls = S3Calls(aws.s3)
    assert count(api).counts == COUNTS
    assert calls.names == []
    aws.redis.flushall()
    assert count(api).counts == COUNTS
    assert calls.names == ["ListObjectsV2"] * len(COUNTS)
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    services.cache_clear()
    away = count(api)
    assert (away.counts, away.counted_at) == (COUNTS, None)


def test_counts_follow_each_change(aws: Aws, api: Api, films: None) -> None:
    before = count(api)
    radiograph = screen_phantom(aws, api)
    after = count(api)
    assert after.counts["to_review"] == before.counts["to_review"] + 1
    assert sum(after.counts.values()) == sum(before.counts.values()) + 2
    api("POST", f"/radiographs/{radiograph}/reviews", body={"finding": "pneumonia"})
    assert count(api).counts["to_review"] == before.counts["to_review"]


def test_counts_stop_at_a_limit(
    aws: Aws, api: Api, films: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_counter, "MAX_LIST_COUNT", 2)
    assert count(api).counts == {name: min(number, 2) for name, number in COUNTS.items()}


def test_counts_of_some_time(api: Api, films: None) -> None:
    since = str(round((clock.now() - timedelta(minutes=90)).timestamp() * 1000))
    counts = count(api, **{"from": since}).counts
    assert (counts["to_review"], counts["no_pneumonia"]) == (2, 1)
    assert sum(count(api, before=since).counts.values()) + sum(counts.values()) == 10
    assert count(api).counts == COUNTS


def test_there_are_no_counts_before_the_lists_are_complete(aws: Aws, api: Api) -> None:
    store_film(aws, "film", Decision.PNEUMONIA, clock.now())
    assert count(api).counts == {}
    assert list_worklist(api).counts is None


def test_another_sites_films_are_not_counted(api: Api, films: None, aws: Aws) -> None:
    body = api("GET", "/radiographs/counts", claims=SOUTH)[1]
    assert body["counts"] == {}


# Additions


def test_additions_to_a_list_since_a_time(aws: Aws, api: Api, films: None) -> None:
    since = count(api).counted_at
    assert since is not None
    query = {"filter": "pneumonia", "since": str(since)}
    assert count(api, **query).added == 0
    created = clock.now()
    film = store_film(aws, "new", Decision.PNEUMONIA, created)
    store_film(aws, "other", Decision.UNCERTAIN, created)
    assert count(api, **query).added == 1
    store_film(aws, "new", Decision.PNEUMONIA, created)  # The event comes a second time.
    assert count(api, **query).added == 1
    assert film == list_worklist(api, filter="pneumonia").radiographs[0].id
    assert count(api, filter="to_review", since=str(since)).added == 2
    assert count(api, filter="pneumonia").added == 0


def test_a_film_that_a_colleague_reviewed_is_no_addition(aws: Aws, api: Api, films: None) -> None:
    since = str(count(api).counted_at)
    radiograph = screen_phantom(aws, api)
    assert count(api, filter="to_review", since=since).added == 1
    api("POST", f"/radiographs/{radiograph}/reviews", body={"finding": "pneumonia"})
    assert count(api, filter="to_review", since=since).added == 0


def test_after_redis_was_lost_nothing_is_claimed_to_be_new(aws: Aws, api: Api, films: None) -> None:
    since = str(count(api).counted_at)
    store_film(aws, "new", Decision.PNEUMONIA, clock.now())
    aws.redis.flushall()
    answer = count(api, filter="pneumonia", since=since)
    assert answer.added == 0
    assert answer.counts["pneumonia"] == 2
