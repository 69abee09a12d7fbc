"""The worklist is newest first, holds one site, and states when it examined fewer radiographs."""

from typing import Any

import pytest

from contracts import keys
from lambdas import refill_cache
from tests.lambdas.calls import (
    CHEST,
    SOUTH,
    Api,
    Aws,
    Context,
    list_worklist,
    run_screening,
    screen_phantom,
)


def test_the_worklist_is_newest_first_and_only_the_sites(aws: Aws, api: Api) -> None:
    names = [api.create(f"k{number}", file_name=f"{number}.png") for number in range(3)]
    assert [view.id for view in list_worklist(api).radiographs] == names[::-1]
    assert api("GET", "/radiographs", claims=SOUTH)[1]["radiographs"] == []


def test_pages_follow_each_other_without_gap_or_repeat(aws: Aws, api: Api) -> None:
    names = {api.create(f"k{number}") for number in range(30)}
    first = list_worklist(api)
    assert len(first.radiographs) == 25
    assert first.cursor is not None
    rest = list_worklist(api, cursor=first.cursor)
    assert len(rest.radiographs) == 5
    assert {view.id for view in first.radiographs + rest.radiographs} == names


def test_filters_show_what_they_say(aws: Aws, api: Api) -> None:
    answered, rejected = screen_phantom(aws, api, "k1"), api.create("k2")
    aws.upload(rejected, b"text")
    run_screening(rejected)
    assert [view.id for view in list_worklist(api, filter="to_review").radiographs] == [answered]
    assert [view.id for view in list_worklist(api, filter="rejected").radiographs] == [rejected]
    api("POST", f"/radiographs/{answered}/reviews", body={"finding": "no_pneumonia"})
    assert list_worklist(api, filter="to_review").radiographs == ()
    assert api("GET", "/radiographs", query={"filter": "mine"})[0] == 422


def test_a_search_finds_part_of_a_file_name(aws: Aws, api: Api) -> None:
    radiograph = api.create("k1", file_name="Müller thorax.png")
    api.create("k2", file_name="other.png")
    status, body = api("POST", "/radiographs/search", body={"file_name": "müller"})
    assert (status, [view["id"] for view in body["radiographs"]]) == (200, [radiograph])


def test_without_redis_the_worklist_says_so(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    radiograph = screen_phantom(aws, api)
    page = list_worklist(api)
    assert [view.id for view in page.radiographs] == [radiograph]
    assert not page.complete


def test_a_rebuild_refills_redis(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    aws.redis.flushall()
    assert refill_cache.handler({}, Context()) == {"siteNorth": 1}
    assert aws.redis.hget(keys.redis_radiograph(radiograph), "sequence") == b"3"


def test_a_record_that_is_older_in_redis_than_its_facts_is_read_anew(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    older = aws.redis.dump(keys.redis_radiograph(radiograph))
    assert older is not None
    aws.upload(radiograph, CHEST)
    run_screening(radiograph)
    for read in (lambda: api("GET", f"/radiographs/{radiograph}")[1], lambda: first(api)):
        aws.redis.restore(keys.redis_radiograph(radiograph), 0, older, replace=True)
        assert read()["state"] == "screened"
        assert aws.redis.hget(keys.redis_radiograph(radiograph), "sequence") == b"3"


def first(api: Api) -> dict[str, Any]:
    return dict(api("GET", "/radiographs")[1]["radiographs"][0])
