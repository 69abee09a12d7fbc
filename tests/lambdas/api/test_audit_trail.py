"""Administrators of the site see all facts of a film in order, also after its deletion."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from lambdas import clock
from tests.lambdas.calls import ADMINISTRATOR, DOCTOR, SOUTH, Api, Aws, screen_phantom
from tests.lambdas.deletion import delete

NAME = {**DOCTOR, "name": "Ada Nord"}


def read_trail(api: Api, radiograph: str, **query: str) -> dict[str, object]:
    path = f"/radiographs/{radiograph}/audit"
    status, trail = api("GET", path, claims=ADMINISTRATOR, query=query)
    assert status == 200, trail
    return dict(trail)


def test_each_fact_is_an_event_in_its_order_with_its_author(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api, age_years=3)
    path = f"/radiographs/{film}"
    _, view = api("POST", f"{path}/reviews", body={"finding": "pneumonia"}, claims=NAME)
    review = {"review_id": view["reviews"][0]["review_id"]}
    api("POST", f"{path}/withdrawals", body=review, claims=NAME)
    api("POST", f"{path}/age", body={"age_years": 4}, claims=NAME)
    trail = read_trail(api, film)
    events = trail["events"]
    assert isinstance(events, list)
    assert [event["kind"] for event in events] == [fact["kind"] for fact in aws.facts(film)]
    assert [event["sequence"] for event in events] == [1, 2, 3, 4, 5, 6]
    by, name = DOCTOR["sub"], "Ada Nord"
    assert [event["by"] for event in events] == [by, "", "", by, by, by]
    assert [event["name"] for event in events] == [name, "", "", name, name, name]
    announced, arrived, screened, reviewed, _, corrected = events
    assert (announced["bytes"], announced["age_years"]) == (1000, 3)
    assert len(arrived["sha256"]) == 64 and screened["answer"]["model_version"]
    assert (reviewed["finding"], corrected["age_years"]) == ("pneumonia", 4)
    assert trail["complete"] is True


@pytest.mark.usefixtures("closed_upload_form")
def test_a_deleted_film_keeps_its_trail(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api)
    api("GET", f"/radiographs/{film}")
    delete(film)
    trail = read_trail(api, film)
    assert isinstance(trail["events"], list) and isinstance(trail["openings"], list)
    assert trail["events"][-1]["kind"] == "deleted"
    assert [opening["by"] for opening in trail["openings"]] == [DOCTOR["sub"]]


def test_a_fact_that_cannot_be_read_hides_no_other(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api)
    key = f"facts/{film}/000004.json"
    aws.s3.put_object(Bucket="facts", Key=key, Body=b'{"kind": "reviewed", "by": 7}')
    trail = read_trail(api, film)
    assert isinstance(trail["events"], list)
    assert len(trail["events"]) == 3 and trail["complete"] is False


def test_openings_are_shown_by_30_days(aws: Aws, api: Api) -> None:
    start = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
    with patch("lambdas.clock.now", return_value=start):
        film = api.create()
        api("GET", f"/radiographs/{film}")
    later = start + timedelta(days=40)
    with patch("lambdas.clock.now", return_value=later):
        api("GET", f"/radiographs/{film}")
        newest, before = read_trail(api, film), read_trail(api, film, until="2026-11-11")
        distant = read_trail(api, film, until="0001-01-01")
    assert [
        (trail["openings_from"], trail["has_earlier_openings"]) for trail in (newest, before)
    ] == [
        ("2026-11-12", True),
        ("2026-11-01", False),
    ]
    assert newest["openings"] == [{"at": clock.to_text(later), "by": DOCTOR["sub"], "name": ""}]
    assert (
        before["openings"]
        == distant["openings"]
        == [{"at": clock.to_text(start), "by": DOCTOR["sub"], "name": ""}]
    )


def test_only_administrators_of_the_site_see_it(api: Api) -> None:
    film = api.create()
    south = {**SOUTH, "cognito:groups": "siteSouth,administrator"}
    for claims, status in ((DOCTOR, 403), (south, 404), (ADMINISTRATOR, 200)):
        assert api("GET", f"/radiographs/{film}/audit", claims=claims)[0] == status
