"""Each list has an index of its own, which follows the facts and is rebuilt from them."""

import json
from collections.abc import Sequence

import pytest

from contracts import keys
from contracts.api import RadiographView
from contracts.worklist_filters import INDEXED_FILTERS, Filter
from contracts.worklist_order import build_entry
from lambdas import delete_radiograph, refill_cache
from lambdas.api.services import services
from tests.lambdas.calls import (
    Api,
    Aws,
    Context,
    list_worklist,
    read_view,
    run_screening,
    screen_phantom,
)
from tests.lambdas.s3_calls import S3Calls
from tests.lambdas.unreadable_facts import put_fact

SITE = "siteNorth"


def listed(aws: Aws, name: str) -> list[str]:
    """The radiographs with an entry in a list."""
    prefix = keys.list_prefix(SITE, name)
    listing = aws.s3.list_objects_v2(Bucket="pictures", Prefix=prefix)
    return [keys.parse_index_entry(item["Key"])[0] for item in listing.get("Contents", [])]


def show(api: Api, name: str) -> list[str]:
    return [view.id for view in list_worklist(api, filter=name).radiographs]


def refill() -> None:
    refill_cache.handler({}, Context())


def reject(aws: Aws, api: Api, key: str) -> str:
    radiograph = api.create(key)
    aws.upload(radiograph, b"text")
    run_screening(radiograph)
    return radiograph


@pytest.fixture
def films(aws: Aws, api: Api) -> Sequence[str]:
    """One that is answered, and one that is rejected; the lists are complete."""
    radiographs = screen_phantom(aws, api, "k1"), reject(aws, api, "k2")
    refill()
    return radiographs


def test_answers_and_reviews_move_a_radiograph_between_lists(
    aws: Aws, api: Api, films: Sequence[str]
) -> None:
    answered, rejected = films
    assert (listed(aws, "to_review"), listed(aws, "rejected")) == ([answered], [rejected])
    api("POST", f"/radiographs/{answered}/reviews", body={"finding": "pneumonia"})
    assert listed(aws, "to_review") == []
    assert show(api, "to_review") == []
    assert show(api, "rejected") == [rejected]


def test_a_list_costs_as_few_calls_as_all(aws: Aws, api: Api, films: Sequence[str]) -> None:
    """However many others lie between: one listing, and Redis for records and counts."""
    newest = [api.create(f"other-{number}") for number in range(60)]
    assert newest[-1] in show(api, "all")
    for name in sorted(INDEXED_FILTERS):
        show(api, name)
        calls = S3Calls(aws.s3)
        show(api, name)
        assert calls.names == ["ListObjectsV2"], name


def test_a_cold_page_takes_one_call_for_each_radiograph(
    aws: Aws, api: Api, films: Sequence[str]
) -> None:
    show(api, "rejected")
    for name in ("rejected", "to_review"):
        aws.redis.flushall()
        calls = S3Calls(aws.s3)
        assert len(show(api, name)) == 1
        counts = ["ListObjectsV2"] * len(INDEXED_FILTERS)
        assert sorted(calls.names) == ["GetObject", "ListObjectsV2", *counts]


def test_a_copy_that_facts_follow_is_corrected_once_the_radiograph_is_opened(
    aws: Aws, api: Api, films: Sequence[str]
) -> None:
    answered, _ = films
    identity = aws.s3.get_object(Bucket="pictures", Key=keys.identity(answered))["Body"].read()
    api("POST", f"/radiographs/{answered}/reviews", body={"finding": "pneumonia"})
    aws.s3.put_object(Bucket="pictures", Key=keys.identity(answered), Body=identity)
    for read in (refill, lambda: read_view(api, answered)):
        aws.redis.flushall()
        assert not find(api, answered).reviews
        read()
        assert [review.verdict for review in find(api, answered).reviews] == ["disagree"]
        aws.s3.put_object(Bucket="pictures", Key=keys.identity(answered), Body=identity)


def find(api: Api, radiograph: str) -> RadiographView:
    [view] = [view for view in list_worklist(api).radiographs if view.id == radiograph]
    return view


def test_lists_are_not_used_before_they_are_complete(aws: Aws, api: Api) -> None:
    """As after an upgrade from a release without them."""
    rejected = reject(aws, api, "k1")
    for item in aws.s3.list_objects_v2(Bucket="pictures", Prefix=keys.LISTS_PREFIX)["Contents"]:
        aws.s3.delete_object(Bucket="pictures", Key=item["Key"])
    services.cache_clear()
    assert show(api, "rejected") == [rejected]
    refill()
    assert listed(aws, "rejected") == [rejected]
    assert show(api, "rejected") == [rejected]


def test_the_lists_of_a_new_site_are_complete(aws: Aws, api: Api) -> None:
    """So it has counts and the order of what is due from its first film on."""
    for key in ("k1", "k2"):
        api.create(key)
        counts = list_worklist(api, filter="to_review").counts
        assert counts is not None
        assert set(counts.counts.values()) == {0}


def test_a_rebuild_corrects_entries(aws: Aws, api: Api, films: Sequence[str]) -> None:
    answered, rejected = films
    [item] = aws.s3.list_objects_v2(Bucket="pictures", Prefix=keys.list_prefix(SITE, "rejected"))[
        "Contents"
    ]
    aws.s3.delete_object(Bucket="pictures", Key=item["Key"])
    created_at = aws.facts(rejected)[0]["at"]
    name = build_entry(Filter.TO_REVIEW, created_at, rejected, answer=None)
    aws.s3.put_object(
        Bucket="pictures", Key=f"{keys.list_prefix(SITE, 'to_review')}{name}", Body=b""
    )
    assert show(api, "to_review") == [answered]
    refill()
    assert (listed(aws, "to_review"), listed(aws, "rejected")) == ([answered], [rejected])


def test_a_rebuild_of_many_radiographs_goes_on_the_next_night(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refill_cache, "_RADIOGRAPHS_PER_SITE", 2)
    rejected = [reject(aws, api, f"k{number}") for number in range(5)]
    for item in aws.s3.list_objects_v2(Bucket="pictures", Prefix=keys.LISTS_PREFIX)["Contents"]:
        aws.s3.delete_object(Bucket="pictures", Key=item["Key"])
    for expected in (4, 5):
        refill()
        assert len(listed(aws, "rejected")) == expected
    progress = aws.s3.get_object(Bucket="pictures", Key=keys.list_progress(SITE))["Body"].read()
    assert json.loads(progress)["after"] == ""
    assert show(api, "rejected") == rejected[::-1]


def test_a_rebuild_lists_what_cannot_be_read(aws: Aws, api: Api, films: Sequence[str]) -> None:
    answered, rejected = films
    put_fact(aws, rejected, 4, b"{")
    refill()
    assert set(show(api, "to_review")) == {answered, rejected}
    assert show(api, "rejected") == []


def test_a_deletion_removes_the_entries(
    aws: Aws, api: Api, films: Sequence[str], closed_upload_form: None
) -> None:
    for radiograph in films:
        event = {"radiograph_id": radiograph, "by": "AIDA2EXAMPLE"}
        assert delete_radiograph.handler(event, Context())["is_complete"]
    versions = aws.s3.list_object_versions(Bucket="pictures", Prefix=f"lists/{SITE}/")
    assert "Versions" not in versions
    assert "DeleteMarkers" not in versions
    assert [show(api, name) for name in ("to_review", "rejected")] == [[], []]
