"""One request reads all rows that wait, by one call of Redis, and none of another site."""

from typing import Any

import pytest

from contracts import keys
from contracts.limits import MAX_BATCH
from tests.lambdas.calls import DOCTOR, PNG, SOUTH, Api, Aws, run_screening, screen_phantom
from tests.lambdas.deletion import delete
from tests.lambdas.s3_calls import S3Calls

PATH = "/radiographs/batch"


def read_ids(api: Api, *, claims: dict[str, str] = DOCTOR, **query: str) -> list[str]:
    status, body = api("GET", PATH, query=query, claims=claims)
    assert status == 200, body
    return [view["id"] for view in body["radiographs"]]


def count_redis_calls(aws: Aws) -> int:
    """Each request is one call for the logout of its token, too."""
    stats: Any = aws.redis.info("commandstats")
    return sum(
        int(stats.get(f"cmdstat_{name}", {}).get("calls", 0)) for name in ("hget", "zmscore")
    )


def test_30_rows_of_which_one_is_answered_cost_no_call_to_s3(aws: Aws, api: Api) -> None:
    waiting = [api.create(f"k{number}") for number in range(29)]
    answered = screen_phantom(aws, api, "answered")
    calls, before = S3Calls(aws.s3), count_redis_calls(aws)
    ids = [*waiting, answered]
    assert read_ids(api, screening=",".join(ids), wait="2") == ids
    assert calls.names == []
    # Each record once, and the logout.
    assert count_redis_calls(aws) - before == len(ids) + 1


def test_the_response_is_held_until_one_of_them_is_answered(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = api.create("k1"), api.create("k2")
    aws.upload(second, PNG)
    pauses: list[float] = []

    def screen(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            run_screening(second)

    monkeypatch.setattr("lambdas.api.read_radiographs.time.sleep", screen)
    query = {"screening": f"{first},{second}", "wait": "2"}
    _, body = api("GET", PATH, query=query)
    assert [view["state"] for view in body["radiographs"]] == ["awaiting_upload", "screened"]
    assert len(pauses) == 3


def test_what_redis_does_not_have_is_read_from_the_facts(aws: Aws, api: Api) -> None:
    waiting, answered = api.create("k1"), screen_phantom(aws, api, "k2")
    older = aws.redis.dump(keys.redis_radiograph(waiting))
    assert older is not None
    aws.upload(waiting, PNG)
    run_screening(waiting)
    aws.redis.restore(keys.redis_radiograph(waiting), 0, older, replace=True)
    _, body = api("GET", PATH, query={"screening": waiting})
    assert [view["state"] for view in body["radiographs"]] == ["screened"]
    aws.redis.flushall()
    assert read_ids(api, ids=f"{answered},{waiting}") == [answered, waiting]


def test_a_file_is_asked_for_only_where_the_caller_does_not_know(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    calls = S3Calls(aws.s3)
    api("GET", PATH, query={"screening": radiograph})
    assert "ListObjectsV2" not in calls.names
    _, body = api("GET", PATH, query={"ids": radiograph})
    assert calls.names.count("ListObjectsV2") == 1
    assert body["radiographs"][0]["has_arrived"] is False


def test_another_sites_radiograph_is_left_out_and_not_waited_for(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer at once would tell that it exists."""
    foreign = screen_phantom(aws, api, "k1")
    request = {"file_name": "south.png", "bytes": 1000}
    _, created = api("POST", "/radiographs", body=request, key="k2", claims=SOUTH)
    own = created["radiograph"]["id"]
    pauses: list[float] = []
    monkeypatch.setattr("lambdas.api.read_radiographs.time.sleep", pauses.append)
    missing = keys.radiograph_id("siteSouth", "none")
    for other in (foreign, missing):
        pauses.clear()
        query = {"screening": f"{other},{own}", "wait": "0.1"}
        assert read_ids(api, claims=SOUTH, **query) == [own]
        assert pauses
        assert read_ids(api, claims=SOUTH, ids=other) == []


def test_a_deleted_radiograph_is_left_out(aws: Aws, api: Api, closed_upload_form: None) -> None:
    radiograph = screen_phantom(aws, api)
    assert delete(radiograph)["is_complete"]
    assert read_ids(api, screening=radiograph) == []


@pytest.mark.parametrize("name", ["ids", "screening"])
@pytest.mark.parametrize(
    "ids",
    [
        ",".join(["a" * 26] * (MAX_BATCH + 1)),
        "a" * 25,
        f"{'a' * 26},",
        f",{'a' * 26}",
        f"{'a' * 26} ,{'b' * 26}",
        "../../facts",
        f"{'A' * 26}",
    ],
)
def test_ids_that_are_none_or_too_many_are_refused(api: Api, name: str, ids: str) -> None:
    status, problem = api("GET", PATH, query={name: ids})
    assert (status, name in problem["detail"]) == (422, True)


def test_both_kinds_together_have_one_limit(api: Api) -> None:
    ids = [keys.radiograph_id("siteNorth", str(number)) for number in range(MAX_BATCH + 1)]
    status, problem = api(
        "GET", PATH, query={"ids": ",".join(ids[:1]), "screening": ",".join(ids[1:])}
    )
    assert (status, "at most 60" in problem["detail"]) == (422, True)
    assert read_ids(api, ids=",".join(ids[1:])) == []
