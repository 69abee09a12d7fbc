"""A deletion removes images, identity and cache; the facts stay, and nothing comes back."""

import json
from typing import Any

import pytest

from contracts import keys
from contracts.record import State
from lambdas import refill_cache
from lambdas.delete_radiograph import handler
from tests.lambdas.calls import (
    CHEST,
    DOCTOR,
    Api,
    Aws,
    Context,
    list_worklist,
    run_screening,
    screen_phantom,
)

BY = "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11"
FILE_NAME = "Meier-thorax.png"


def delete(radiograph: str, *, by: str = BY) -> dict[str, Any]:
    deletion: dict[str, Any] = handler({"radiograph_id": radiograph, "by": by}, Context())
    return deletion


def stored_versions(aws: Aws) -> list[str]:
    page = aws.s3.list_object_versions(Bucket="pictures")
    return [entry["Key"] for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))]


def cached_text(aws: Aws) -> str:
    values = [
        str(aws.redis.hgetall(key) if aws.redis.type(key) == b"hash" else key)
        for key in aws.redis.scan_iter()
    ]
    return " ".join(values)


def test_every_version_of_images_and_identity_is_removed(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, file_name=FILE_NAME)
    aws.upload(radiograph, CHEST + b"again")
    deletion = delete(radiograph)
    assert deletion["is_complete"]
    assert deletion["removed"] >= 5
    assert stored_versions(aws) == []


def test_another_radiograph_keeps_its_objects(aws: Aws, api: Api) -> None:
    neighbour = screen_phantom(aws, api, "k2")
    before = [key for key in stored_versions(aws) if neighbour in key]
    delete(screen_phantom(aws, api, "k1"))
    assert stored_versions(aws) == before


def test_the_facts_stay_and_name_the_deletion(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    delete(radiograph)
    assert aws.fact_kinds(radiograph) == ["created", "received", "screened", "deleted"]
    assert aws.facts(radiograph)[-1]["by"] == BY


def test_nobody_sees_a_deleted_radiograph(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    delete(radiograph)
    assert api("GET", f"/radiographs/{radiograph}")[0] == 404
    assert list_worklist(api).radiographs == ()


def test_redis_holds_neither_identity_nor_predictions_of_it(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, file_name=FILE_NAME)
    delete(radiograph)
    entry = json.loads(aws.redis.hget(keys.redis_radiograph(radiograph), "entry") or "{}")
    assert entry["record"]["state"] == State.DELETED
    assert FILE_NAME not in cached_text(aws)
    assert list(aws.redis.scan_iter("answer:*")) == []


def test_a_refill_of_the_cache_brings_nothing_back(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, file_name=FILE_NAME)
    delete(radiograph)
    aws.redis.flushall()
    refill_cache.handler({}, Context())
    assert FILE_NAME not in cached_text(aws)
    assert list_worklist(api).radiographs == ()


def test_the_same_announcement_again_stores_no_name(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, "k1", file_name=FILE_NAME)
    delete(radiograph)
    body = {"file_name": FILE_NAME, "bytes": 1000}
    api("POST", "/radiographs", body=body, key="k1")
    assert stored_versions(aws) == []


def test_a_late_upload_is_not_screened(aws: Aws, api: Api) -> None:
    radiograph = api.create("k1")
    delete(radiograph)
    aws.upload(radiograph, CHEST)
    assert run_screening(radiograph) == []
    assert aws.fact_kinds(radiograph) == ["created", "deleted"]


def test_a_deletion_before_the_answer_asks_for_a_second_one(aws: Aws, api: Api) -> None:
    radiograph = api.create("k1")
    aws.upload(radiograph, CHEST)
    first, second = delete(radiograph), delete(radiograph)
    assert not first["is_complete"]
    assert "again after two minutes" in first["detail"]
    assert second["is_complete"]
    assert aws.fact_kinds(radiograph) == ["created", "deleted"]


def test_an_interrupted_deletion_is_continued(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)

    def interrupt(*_: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as context:
        context.setattr("lambdas.delete_radiograph.remove_versions", interrupt)
        with pytest.raises(ConnectionError):
            delete(radiograph)
    assert stored_versions(aws) != []
    delete(radiograph)
    assert stored_versions(aws) == []
    assert aws.fact_kinds(radiograph).count("deleted") == 1


@pytest.mark.parametrize("radiograph", ["a" * 26, "", "../facts", "a" * 25 + "/"])
def test_an_unknown_id_is_named_and_removes_nothing(aws: Aws, api: Api, radiograph: str) -> None:
    screen_phantom(aws, api)
    before = stored_versions(aws)
    deletion = delete(radiograph)
    assert deletion["detail"] == f"There is no radiograph {radiograph}."
    assert not deletion["is_complete"]
    assert stored_versions(aws) == before


@pytest.mark.parametrize("by", ["", "Dr. Meier", DOCTOR["email"]])
def test_a_person_is_named_by_an_id_only(aws: Aws, api: Api, by: str) -> None:
    radiograph = screen_phantom(aws, api)
    assert delete(radiograph, by=by)["detail"] == "`by` is not the id of a person."
    assert "deleted" not in aws.fact_kinds(radiograph)
