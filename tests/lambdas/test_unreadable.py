"""A radiograph that cannot be read hides no other one and stops no function."""

from datetime import datetime, timedelta

import pytest

from contracts import keys
from contracts.metrics import Metric
from lambdas import delete_radiograph, refill_cache
from lambdas.api.services import services
from lambdas.records import RecordStore
from lambdas.unreadable import UnreadableError
from local.log_metrics import parse_metrics
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
from tests.lambdas.unreadable_facts import UNREADABLE, build_later_fact, put_fact

REVIEW = {"finding": "pneumonia"}


def test_a_later_value_is_shown_as_text(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    fact = aws.facts(radiograph)[2]
    later = {"decision": "bacterial", "predictor": "tpu", "cautions": ["implant"]}
    put_fact(aws, radiograph, 3, {**fact, "answer": {**fact["answer"], **later}, "new": 1})
    aws.redis.flushall()
    for _ in range(2):  # The second time from Redis.
        status, view = api("GET", f"/radiographs/{radiograph}")
        assert status == 200
        assert {name: view["answer"][name] for name in later} == later
    refill_cache.handler({}, Context())
    [view] = list_worklist_json(api, filter="uncertain")
    assert view["answer"]["decision"] == "bacterial"


def list_worklist_json(api: Api, **query: str) -> list[dict[str, dict[str, str]]]:
    return list(api("GET", "/radiographs", query=query)[1]["radiographs"])


def test_a_later_kind_of_fact_is_skipped_and_counts(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    put_fact(aws, radiograph, 4, build_later_fact(radiograph, 4))
    status, view = api("POST", f"/radiographs/{radiograph}/reviews", body=REVIEW)
    assert (status, len(view["reviews"])) == (201, 1)
    assert aws.fact_kinds(radiograph)[3:] == ["second_opinion", "reviewed"]
    assert aws.facts(radiograph)[4]["sequence"] == 5


def test_a_later_kind_of_fact_beside_an_append_does_not_loop(aws: Aws, api: Api) -> None:
    """The record in hand is older than the fact."""
    radiograph = screen_phantom(aws, api)
    records = RecordStore(aws.s3, "facts")
    record = records.read(radiograph)
    assert record is not None
    put_fact(aws, radiograph, 4, build_later_fact(radiograph, 4))
    result = records.append(record, lambda now: delete_radiograph._build_deleted(now, by="x"))
    assert result.record.sequence == 5


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_fact_that_cannot_be_read_is_one_row(aws: Aws, api: Api, content: bytes) -> None:
    others = [screen_phantom(aws, api, "k1"), api.create("k3")]
    radiograph = screen_phantom(aws, api, "k2", file_name="anna.png")
    put_fact(aws, radiograph, 4, content)
    aws.redis.flushall()
    # Until then lists show the copy beside the identity.
    assert api("GET", f"/radiographs/{radiograph}")[1]["state"] == "unreadable"
    rows = {view.id: view for view in list_worklist(api).radiographs}
    assert set(rows) == {*others, radiograph}
    assert (rows[radiograph].state, rows[radiograph].file_name) == ("unreadable", "anna.png")
    assert rows[radiograph].answer is None
    assert radiograph in {view.id for view in list_worklist(api, filter="to_review").radiographs}
    status, view = api("GET", f"/radiographs/{radiograph}", query={"wait": "2"})
    assert (status, view["state"], view["rendition_url"]) == (200, "unreadable", None)
    assert api("GET", f"/radiographs/{radiograph}", claims=SOUTH)[0] == 404


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_first_fact_that_cannot_be_read_is_shown_to_its_site(
    aws: Aws, api: Api, content: bytes
) -> None:
    radiograph = api.create()
    put_fact(aws, radiograph, 1, content)
    aws.redis.flushall()
    assert [view.state for view in list_worklist(api).radiographs] == ["unreadable"]
    assert api("GET", f"/radiographs/{radiograph}")[1]["state"] == "unreadable"
    assert api("GET", f"/radiographs/{radiograph}", claims=SOUTH)[0] == 404
    request = {"file_name": "thorax.png", "bytes": 1000}
    assert api("POST", "/radiographs", body=request, key="k1")[0] == 500


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"file_name": "\xff"}'])
def test_an_identity_that_cannot_be_read_is_one_row(aws: Aws, api: Api, content: bytes) -> None:
    other, radiograph = api.create("k1"), api.create("k2")
    aws.s3.put_object(Bucket="pictures", Key=keys.identity(radiograph), Body=content)
    aws.redis.flushall()
    states = {view.id: view.state for view in list_worklist(api).radiographs}
    assert states == {other: "awaiting_upload", radiograph: "unreadable"}


def test_an_append_beside_a_fact_that_cannot_be_read_does_not_loop(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    records = RecordStore(aws.s3, "facts")
    record = records.read(radiograph)
    assert record is not None
    put_fact(aws, radiograph, 4, b"{")
    with pytest.raises(UnreadableError):
        records.append(record, lambda now: delete_radiograph._build_deleted(now, by="x"))
    assert api("POST", f"/radiographs/{radiograph}/reviews", body=REVIEW)[0] == 500


def test_the_rest_of_a_batch_is_answered(aws: Aws, api: Api) -> None:
    damaged, other = api.create("k1"), api.create("k2")
    for radiograph in (damaged, other):
        aws.upload(radiograph, CHEST)
    put_fact(aws, damaged, 2, b"{")
    assert run_screening(damaged, other) == [f"message-{damaged}"]
    assert run_screening(damaged, receives=3) == [f"message-{damaged}"]
    assert aws.fact_kinds(other)[-1] == "screened"


def test_the_refill_goes_on_and_a_metric_counts(
    aws: Aws,
    api: Api,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    radiographs = [screen_phantom(aws, api, key) for key in ("k1", "k2")]
    put_fact(aws, radiographs[0], 4, b"{")
    capsys.readouterr()
    assert refill_cache.handler({}, Context()) == {"siteNorth": 1}
    assert not aws.redis.exists(keys.redis_radiograph(radiographs[0]))
    names = [metric.name for metric in parse_metrics(capsys.readouterr().out.splitlines())]
    assert names.count(Metric.UNREADABLE) == 1
    [entry] = [entry for entry in caplog.records if entry.msg == "A radiograph cannot be read"]
    assert (vars(entry)["radiograph"], vars(entry)["last_fact"]) == (radiographs[0], 3)


def test_a_release_that_can_read_the_fact_shows_it_again(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    put_fact(aws, radiograph, 3, (facts := aws.facts(radiograph))[2] | {"seconds": "later"})
    aws.redis.flushall()
    assert list_worklist(api).radiographs[0].state == "unreadable"
    put_fact(aws, radiograph, 3, facts[2])
    assert list_worklist(api).radiographs[0].state == "screened"


def test_nothing_is_deleted_where_no_fact_can_say_so(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    put_fact(aws, radiograph, 4, b"{")
    event = {"radiograph_id": radiograph, "by": "an-id"}
    deletion = delete_radiograph.handler(event, Context())
    assert not deletion["is_complete"]
    assert "cannot be read" in deletion["detail"]


def test_a_first_fact_that_cannot_be_read_is_shown_to_its_site_alone(aws: Aws, api: Api) -> None:
    """Also where the other site has films of the same hour and of days before."""
    request = {"file_name": "thorax.png", "bytes": 1000}
    _, created = api("POST", "/radiographs", body=request, key="other", claims=SOUTH)
    other = created["radiograph"]["id"]
    radiograph = api.create()
    put_fact(aws, radiograph, 1, b"{")
    aws.redis.flushall()
    assert api("GET", f"/radiographs/{radiograph}", claims=SOUTH)[0] == 404
    created = datetime.fromisoformat(aws.facts(other)[0]["at"])
    index = services().index
    assert index.contains("siteSouth", other, created_near=created)
    assert not index.contains("siteSouth", radiograph, created_near=created)
    assert not index.contains("siteSouth", other, created_near=created + timedelta(days=1))
