"""Who opened a film is an audit entry: once for each person and 10 minutes, never ahead of time."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import NoCredentialsError

from lambdas import clock
from tests.lambdas.calls import ADMINISTRATOR, DOCTOR, SOUTH, Api, Aws, screen_phantom
from tests.lambdas.s3_calls import S3Calls

COLLEAGUE = {**DOCTOR, "sub": "0b5d9a53-2f0b-4d43-9c11-6c1a8f1f5a77"}
NOW = datetime(2026, 11, 29, 10, 25, 30, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    time = Clock()
    monkeypatch.setattr(clock, "now", time.now)
    return time


@pytest.fixture
def film(aws: Aws, api: Api, time: Clock) -> str:
    return api.create()


def list_openings(api: Api, film: str) -> list[tuple[str, str]]:
    status, body = api("GET", f"/radiographs/{film}/audit", claims=ADMINISTRATOR)
    assert status == 200, body
    return [(opening["by"], opening["at"][:16]) for opening in body["openings"]]


def test_each_person_opens_a_film_once_in_10_minutes(api: Api, film: str, time: Clock) -> None:
    for claims in (DOCTOR, DOCTOR, COLLEAGUE):
        assert api("GET", f"/radiographs/{film}", claims=claims)[0] == 200
    time.time = NOW + timedelta(minutes=10)
    api("GET", f"/radiographs/{film}")
    assert list_openings(api, film) == [
        (DOCTOR["sub"], "2026-11-29T10:30"),
        (DOCTOR["sub"], "2026-11-29T10:20"),
        (COLLEAGUE["sub"], "2026-11-29T10:20"),
    ]


def test_a_film_that_is_fetched_ahead_is_opened_once_it_is_shown(api: Api, film: str) -> None:
    assert api("GET", f"/radiographs/{film}", query={"prefetch": "true"})[0] == 200
    api("GET", "/radiographs")
    api("GET", "/radiographs/batch", query={"ids": film})
    assert list_openings(api, film) == []
    assert api("POST", f"/radiographs/{film}/openings")[0] == 204
    assert len(list_openings(api, film)) == 1


def test_who_reads_the_report_has_opened_the_film(aws: Aws, api: Api, time: Clock) -> None:
    film = screen_phantom(aws, api)
    assert api("GET", f"/radiographs/{film}/report")[0] == 200
    assert list_openings(api, film) == [(DOCTOR["sub"], "2026-11-29T10:20")]


def test_each_table_is_one_entry_with_the_ids_of_its_films(aws: Aws, api: Api, film: str) -> None:
    assert api("GET", "/radiographs/export")[0] == 200
    [entry] = aws.s3.list_objects_v2(Bucket="facts", Prefix="views/")["Contents"]
    assert entry["Key"] == f"views/siteNorth/2026-11-29/exports/102530000000-{DOCTOR['sub']}"
    content = aws.s3.get_object(Bucket="facts", Key=entry["Key"])["Body"].read()
    assert json.loads(content) == [film]
    assert list_openings(api, film) == []


def test_a_person_who_reviewed_the_film_has_a_name(aws: Aws, api: Api, time: Clock) -> None:
    film = screen_phantom(aws, api)
    claims = {**DOCTOR, "name": "Ada Nord"}
    api("POST", f"/radiographs/{film}/reviews", body={"finding": "pneumonia"}, claims=claims)
    for each in (claims, COLLEAGUE):
        api("GET", f"/radiographs/{film}", claims=each)
    _, body = api("GET", f"/radiographs/{film}/audit", claims=ADMINISTRATOR)
    names = {opening["by"]: opening["name"] for opening in body["openings"]}
    assert names == {DOCTOR["sub"]: "Ada Nord", COLLEAGUE["sub"]: ""}


def test_an_opening_is_one_empty_object_apart_from_the_facts(aws: Aws, api: Api, film: str) -> None:
    api("GET", f"/radiographs/{film}")
    calls = S3Calls(aws.s3)
    api("GET", f"/radiographs/{film}")
    assert "PutObject" not in calls.names
    [entry] = aws.s3.list_objects_v2(Bucket="facts", Prefix="views/")["Contents"]
    assert entry["Key"] == f"views/siteNorth/2026-11-29/{film}/1020-{DOCTOR['sub']}"
    assert entry["Size"] == 0
    assert aws.fact_kinds(film) == ["created"]


def test_openings_of_30_days_are_shown_newest_first(api: Api, film: str, time: Clock) -> None:
    for number in (0, 1, 29, 30):
        time.time = NOW + timedelta(days=number)
        api("GET", f"/radiographs/{film}")
    days = [at[:10] for _, at in list_openings(api, film)]
    assert days == ["2026-12-29", "2026-12-28", "2026-11-30"]


def test_only_administrators_of_the_site_see_who_opened_a_film(api: Api, film: str) -> None:
    south = {**SOUTH, "cognito:groups": "siteSouth,administrator"}
    for claims, status in ((DOCTOR, 403), (south, 404)):
        assert api("GET", f"/radiographs/{film}/audit", claims=claims)[0] == status
    assert api("POST", f"/radiographs/{film}/openings", claims=SOUTH)[0] == 404


def test_a_film_is_shown_where_its_opening_cannot_be_stored(aws: Aws, api: Api, film: str) -> None:
    def refuse(**_: object) -> None:
        raise NoCredentialsError

    aws.s3.meta.events.register("before-call.s3.PutObject", refuse)
    assert api("GET", f"/radiographs/{film}")[0] == 200
    aws.s3.meta.events.unregister("before-call.s3.PutObject", refuse)
    assert list_openings(api, film) == []
    api("GET", f"/radiographs/{film}")
    assert len(list_openings(api, film)) == 1
