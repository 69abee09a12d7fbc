"""What is due for review first is first: on the pages of the list, and for J and K."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from contracts.answers import Decision
from contracts.api import PAGE_SIZE
from contracts.worklist_filters import Filter
from contracts.worklist_order import build_entry
from lambdas import clock
from tests.lambdas.api.test_files import read_table
from tests.lambdas.api.test_neighbours import find, walk
from tests.lambdas.calls import Api, Aws, list_worklist
from tests.lambdas.s3_calls import S3Calls
from tests.lambdas.stored_films import complete_lists, store_film

# Minutes since the creation of each film, and its decision, in the order in which they are due.
FILMS = [
    (300, Decision.NO_PNEUMONIA),
    (45, Decision.PNEUMONIA),
    (70, Decision.UNCERTAIN),
    (5, Decision.PNEUMONIA),
    (30, Decision.NOT_ASSESSED),
    (200, Decision.NO_PNEUMONIA),
    (1, Decision.NO_PNEUMONIA),
]


@pytest.fixture
def films(aws: Aws) -> Sequence[str]:
    complete_lists(aws)
    now = clock.now()
    return [
        store_film(aws, f"film {minutes}", decision, now - timedelta(minutes=minutes))
        for minutes, decision in sorted(FILMS, key=str)
    ]


def list_ids(api: Api, **query: str) -> list[str]:
    return [view.id for view in list_worklist(api, **query).radiographs]


def test_page_and_steps_have_one_order(api: Api, films: Sequence[str]) -> None:
    page = list_worklist(api, filter="to_review").radiographs
    assert [view.file_name for view in page] == [f"film {minutes}.png" for minutes, _ in FILMS]
    ids = [view.id for view in page]
    assert walk(api, ids[0], 1, filter="to_review") == ids
    assert walk(api, ids[-1], 0, filter="to_review") == ids[::-1]


def test_a_step_costs_one_listing(aws: Aws, api: Api, films: Sequence[str]) -> None:
    ids = list_ids(api, filter="to_review")
    calls = S3Calls(aws.s3)
    for place, radiograph in enumerate(ids):
        before, after = find(api, radiograph, filter="to_review")
        assert after == (ids[place + 1] if place + 1 < len(ids) else None)
        assert before == (ids[place - 1] if place else None)
    assert calls.names == ["ListObjectsV2"] * len(ids)


def test_older_goes_on_in_the_same_order(aws: Aws, api: Api) -> None:
    complete_lists(aws)
    now = clock.now()
    decisions = list(Decision)
    for number in range(2 * PAGE_SIZE + 3):
        created = now - timedelta(minutes=7 * number)
        store_film(aws, f"film {number}", decisions[number % 4], created)
    views = list(list_worklist(api, filter="to_review").radiographs)
    cursor = list_worklist(api, filter="to_review").cursor
    while cursor:
        page = list_worklist(api, filter="to_review", cursor=cursor)
        views, cursor = views + list(page.radiographs), page.cursor
    entries = [
        build_entry(Filter.TO_REVIEW, view.created_at, view.id, answer=view.answer)
        for view in views
    ]
    assert entries == sorted(entries)
    assert len({view.id for view in views}) == 2 * PAGE_SIZE + 3
    # A page around a film of the last page begins before it, in the same order.
    around = list_worklist(api, filter="to_review", around=entries[-1])
    shown = [view.id for view in around.radiographs]
    assert shown == [view.id for view in views[-len(shown) :]]
    assert around.has_newer


def test_a_film_deep_in_a_long_list_has_its_neighbours(aws: Aws, api: Api) -> None:
    complete_lists(aws)
    now = clock.now()
    ids = [
        store_film(aws, f"film {number}", Decision.PNEUMONIA, now - timedelta(hours=130 - number))
        for number in range(130)
    ]
    assert find(api, ids[115], filter="to_review") == (ids[114], ids[116])
    assert find(api, ids[129], filter="to_review") == (ids[128], None)


def test_each_decision_has_a_list(api: Api, films: Sequence[str]) -> None:
    for decision in Decision:
        views = list_worklist(api, filter=decision).radiographs
        assert [view.answer.decision for view in views if view.answer] == [decision] * len(views)
        assert len(views) == sum(each == decision for _, each in FILMS)


def test_an_entry_of_another_order_begins_the_list_anew(api: Api, films: Sequence[str]) -> None:
    """As after the lists of a site are complete while a page was open."""
    ids = list_ids(api, filter="to_review")
    plain = list_worklist(api).radiographs[3]
    entry = build_entry(Filter.ALL, plain.created_at, plain.id, answer=plain.answer)
    assert list_ids(api, filter="to_review", cursor=entry) == ids
    assert list_ids(api, filter="to_review", around=entry) == ids
    due = build_entry(Filter.TO_REVIEW, plain.created_at, plain.id, answer=plain.answer)
    assert list_ids(api, cursor=due) == list_ids(api)[4:]


# Days


def read_time(minutes: int) -> str:
    """The time so many minutes ago, in milliseconds since 1970."""
    return str(round((clock.now() - timedelta(minutes=minutes)).timestamp() * 1000))


def test_a_list_has_the_films_of_some_time(api: Api, films: Sequence[str]) -> None:
    times = {"from": read_time(100), "before": read_time(20)}
    names = [view.file_name for view in list_worklist(api, filter="to_review", **times).radiographs]
    assert names == ["film 45.png", "film 70.png", "film 30.png"]
    page = list_worklist(api, **times)
    assert [view.file_name for view in page.radiographs] == [
        "film 30.png",
        "film 45.png",
        "film 70.png",
    ]
    assert page.cursor is None
    ids = [view.id for view in page.radiographs]
    assert walk(api, ids[0], 1, **times) == ids
    search = api("POST", "/radiographs/search", body={"file_name": "film"}, query=times)[1]
    assert [view["id"] for view in search["radiographs"]] == ids
    search_id = search["search"]["id"]
    assert list_ids(api, search=search_id, **times) == ids
    assert walk(api, ids[0], 1, search=search_id, **times) == ids
    assert list_ids(api, search=search_id) == list_ids(api)
    rows = read_table(api, filter="to_review", **times)
    assert [file_name for _, file_name, *_ in rows] == names
    assert [row[0] for row in read_table(api, search=search_id, **times)] == ids
    assert list_ids(api, **{"from": times["before"], "before": times["from"]}) == []


@pytest.mark.parametrize(
    "times",
    [
        {"from": "-1"},
        {"before": "2026-11-28"},
        {"from": "99999999999999"},
    ],
)
def test_times_that_are_none_are_refused(
    api: Api, films: Sequence[str], times: dict[str, str]
) -> None:
    for path in ("/radiographs", f"/radiographs/{films[0]}/neighbours", "/radiographs/counts"):
        status, problem = api("GET", path, query=times)
        assert status == 422
        assert next(iter(times)) in problem["detail"]
