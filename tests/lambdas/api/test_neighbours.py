"""J and K lead through a whole list, past its pages, and through a search; each step is cheap."""

from datetime import timedelta

import pytest

from contracts.api import PAGE_SIZE, RadiographView
from contracts.keys import index_entry
from lambdas import clock
from lambdas.api.problems import RadiographNotFound
from tests.lambdas.api.test_read_radiographs import count_redis_calls
from tests.lambdas.calls import DOCTOR, SOUTH, Api, Aws, list_worklist, screen_phantom
from tests.lambdas.s3_calls import S3Calls

COLLEAGUE = {**DOCTOR, "sub": "00000000-8a35-4c1f-9a1c-2f6d2b9f1c11"}
NAME = "Zwyrtalski"


def find(api: Api, radiograph: str, **query: str) -> tuple[str | None, str | None]:
    status, body = api("GET", f"/radiographs/{radiograph}/neighbours", query=query)
    assert status == 200, body
    return body["previous"], body["next"]


def walk(api: Api, start: str, step: int, **query: str) -> list[str]:
    """The radiographs from `start` on: `step` 1 is J, and 0 is K."""
    walked, current = [start], find(api, start, **query)[step]
    while current is not None:
        walked.append(current)
        current = find(api, current, **query)[step]
    return walked


def search(api: Api, text: str) -> tuple[str, list[str]]:
    status, body = api("POST", "/radiographs/search", body={"file_name": text})
    assert status == 200, body
    return body["search"]["id"], [view["id"] for view in body["radiographs"]]


def list_all(api: Api) -> list[str]:
    first = list_worklist(api)
    rest = list_worklist(api, cursor=first.cursor) if first.cursor else None
    return [view.id for page in (first, rest) if page for view in page.radiographs]


def test_a_walk_leads_past_the_page_and_back(aws: Aws, api: Api) -> None:
    for number in range(PAGE_SIZE + 5):
        api.create(f"k{number}")
    ids = list_all(api)
    assert len(ids) == PAGE_SIZE + 5
    assert walk(api, ids[0], 1) == ids
    assert walk(api, ids[-1], 0) == ids[::-1]


def test_a_step_costs_one_listing_and_three_reads_of_redis(aws: Aws, api: Api) -> None:
    ids = [api.create(f"k{number}") for number in range(3)]
    calls, before = S3Calls(aws.s3), count_redis_calls(aws)
    assert find(api, ids[1]) == (ids[2], ids[0])
    assert calls.names == ["ListObjectsV2"]
    # The radiograph, its two neighbours, and the logout of the token.
    assert count_redis_calls(aws) - before == 4


def test_a_step_in_a_search_costs_no_call_to_s3(aws: Aws, api: Api) -> None:
    for number in range(3):
        api.create(f"k{number}", file_name=f"{NAME} {number}.png")
        api.create(f"other{number}", file_name="other.png")
    search_id, ids = search(api, NAME)
    assert len(ids) == 3
    calls = S3Calls(aws.s3)
    assert walk(api, ids[0], 1, search=search_id) == ids
    assert walk(api, ids[2], 0, search=search_id) == ids[::-1]
    assert calls.names == []


def test_a_reviewed_film_has_left_the_list_and_has_its_neighbours(aws: Aws, api: Api) -> None:
    ids = [screen_phantom(aws, api, f"k{number}") for number in range(3)]
    api("POST", f"/radiographs/{ids[1]}/reviews", body={"finding": "pneumonia"})
    assert find(api, ids[1], filter="to_review") == (ids[0], ids[2])
    assert find(api, ids[0], filter="to_review") == (None, ids[2])


@pytest.mark.parametrize("hours", [2, 30, 24 * 40])
def test_neighbours_may_be_far_in_time(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    older = api.create("k1")
    for steps in (1, 2):
        later = clock.now() + timedelta(hours=hours * steps)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        newer = api.create(f"later {steps}")
    first = list_all(api)[1]
    assert find(api, older) == (first, None)
    assert find(api, first) == (newer, older)


def test_without_redis_the_neighbours_are_read_from_s3(aws: Aws, api: Api) -> None:
    ids = [api.create(f"k{number}") for number in range(3)]
    aws.redis.flushall()
    assert find(api, ids[1]) == (ids[2], ids[0])


# A search that is stored


def test_a_stored_search_is_the_same_list_again(aws: Aws, api: Api) -> None:
    radiograph = api.create("k1", file_name=f"{NAME}.png")
    search_id, ids = search(api, NAME)
    api.create("k2", file_name=f"{NAME} too.png")
    page = list_worklist(api, search=search_id)
    assert [view.id for view in page.radiographs] == ids == [radiograph]
    assert page.search is not None
    assert (page.search.id, page.search.file_name) == (search_id, NAME)


def test_a_search_shows_what_the_tab_shows(aws: Aws, api: Api) -> None:
    films = [screen_phantom(aws, api, f"k{number}", file_name="Nowak.png") for number in range(3)]
    path = f"/radiographs/{films[1]}/reviews"
    assert api("POST", path, body={"finding": "cannot_tell"})[0] == 201
    body, query = {"file_name": "nowak"}, {"filter": "to_review"}
    _, page = api("POST", "/radiographs/search", body=body, query=query)
    assert [view["id"] for view in page["radiographs"]] == [films[2], films[0]]
    search_id = page["search"]["id"]
    for worklist_filter, listed in (("to_review", [films[2], films[0]]), ("all", films[::-1])):
        query = {"filter": worklist_filter, "search": search_id}
        found = list_worklist(api, **query)
        assert [view.id for view in found.radiographs] == listed
        _, beside = api("GET", f"/radiographs/{films[2]}/neighbours", query=query)
        assert beside == {"previous": None, "next": listed[1]}
    _, content = api("GET", "/radiographs/export", query={"filter": "to_review", **query})
    assert content.decode("utf-8-sig").count("Nowak.png") == 3


def test_a_search_is_its_accounts_alone_and_names_nobody(aws: Aws, api: Api) -> None:
    radiograph = api.create("k1", file_name=f"{NAME}.png")
    search_id, _ = search(api, NAME)
    for claims in (COLLEAGUE, SOUTH):
        for path in ("/radiographs", f"/radiographs/{radiograph}/neighbours"):
            query = {"search": search_id}
            own = api("GET", path, query=query)[0]
            foreign = api("GET", path, query=query, claims={**claims, "sub": COLLEAGUE["sub"]})[0]
            assert (own, foreign) == (200, 404)
    [key] = aws.redis.keys("search:*")
    stored = aws.redis.get(key)
    assert stored is not None
    assert NAME not in str(key) + str(stored)
    assert 0 < aws.redis.ttl(key) <= 12 * 3600
    assert NAME.casefold() not in search_id


@pytest.mark.parametrize("search_id", ["a" * 25, "../x", "A" * 26, "a" * 27])
def test_a_search_that_is_none_is_refused(api: Api, search_id: str) -> None:
    assert api("GET", "/radiographs", query={"search": search_id})[0] == 422


def test_without_redis_a_search_cannot_be_opened_again(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    api.create("k1", file_name=f"{NAME}.png")
    status, body = api("POST", "/radiographs/search", body={"file_name": NAME})
    assert (status, len(body["radiographs"]), body["search"]) == (200, 1, None)


# A page around a radiograph


def test_a_page_around_a_radiograph_has_what_is_beside_it(aws: Aws, api: Api) -> None:
    for number in range(PAGE_SIZE * 2 + 5):
        api.create(f"k{number}")
    ids: list[RadiographView] = []
    cursor: str | None = None
    while not ids or cursor:
        page = list_worklist(api, **({"cursor": cursor} if cursor else {}))
        ids, cursor = ids + list(page.radiographs), page.cursor
    for place, has_newer in ((0, False), (PAGE_SIZE, False), (PAGE_SIZE + 10, True)):
        entry = index_entry(ids[place].created_at, ids[place].id)
        page = list_worklist(api, around=entry)
        first = max(0, place - PAGE_SIZE)
        expected = [view.id for view in ids[first : first + 2 * PAGE_SIZE]]
        assert [view.id for view in page.radiographs] == expected
        assert page.has_newer == has_newer


def test_a_radiograph_outside_a_search_has_no_neighbours_in_it(aws: Aws, api: Api) -> None:
    outside = api.create("k1")
    api.create("k2", file_name=f"{NAME}.png")
    search_id, _ = search(api, NAME)
    status, body = api("GET", f"/radiographs/{outside}/neighbours", query={"search": search_id})
    assert (status, body["detail"]) == (404, RadiographNotFound.detail)
