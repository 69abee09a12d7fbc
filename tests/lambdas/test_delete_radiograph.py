"""A deletion removes images, identity and cache; the facts stay, and nothing comes back."""

from datetime import timedelta
from typing import Any

import pytest

from bundles.function_definitions import SCREENING_FUNCTION
from contracts import keys
from contracts.record import State
from lambdas import delete_radiograph, refill_cache
from lambdas.api.services import services
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


@pytest.fixture(autouse=True)
def closed_upload_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """No upload can arrive any more, and no screening function is running."""
    monkeypatch.setattr(delete_radiograph, "UPLOAD_TIMEOUT", timedelta(0))
    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 0)


def delete(radiograph: str, *, by: str = BY) -> dict[str, Any]:
    deletion: dict[str, Any] = delete_radiograph.handler(
        {"radiograph_id": radiograph, "by": by}, Context()
    )
    return deletion


def stored_versions(aws: Aws) -> list[str]:
    page = aws.s3.list_object_versions(Bucket="pictures")
    return [entry["Key"] for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))]


def cached_text(aws: Aws) -> str:
    """All keys and decrypted records of Redis, as one text."""
    redis_keys = [key.decode() for key in aws.redis.scan_iter()]
    radiographs = [key.partition(":")[2] for key in redis_keys if key.startswith("radiograph:")]
    return f"{redis_keys} {[aws.cached_record(radiograph) for radiograph in radiographs]}"


def test_every_version_of_images_and_identity_is_removed(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, file_name=FILE_NAME)
    aws.upload(radiograph, CHEST + b"again")
    deletion = delete(radiograph)
    assert deletion["is_complete"]
    assert deletion["object_count"] >= 5
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
    assert aws.cached_record(radiograph)["record"]["state"] == State.DELETED
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


def test_what_a_running_screening_writes_is_removed_after_its_timeout(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create("k1")
    aws.upload(radiograph, CHEST)
    waits: list[float] = []

    def write_late(seconds: float) -> None:
        waits.append(seconds)
        aws.s3.put_object(Bucket="pictures", Key=keys.rendition(radiograph), Body=b"late")

    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 60)
    monkeypatch.setattr("lambdas.delete_radiograph.time.sleep", write_late)
    assert delete(radiograph)["is_complete"]
    assert (waits, stored_versions(aws)) == ([60], [])


def test_the_wait_is_the_timeout_of_the_screening_function() -> None:
    assert SCREENING_FUNCTION.timeout_seconds == 60


def test_while_a_file_may_still_arrive_a_second_deletion_is_asked_for(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)
    monkeypatch.setattr(delete_radiograph, "UPLOAD_TIMEOUT", timedelta(minutes=15))
    deletion = delete(radiograph)
    assert not deletion["is_complete"]
    assert "Delete it again after" in deletion["detail"]
    assert stored_versions(aws) == []


def test_without_redis_the_deletion_is_not_called_complete(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)
    with monkeypatch.context() as context:
        context.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        deletion = delete(radiograph)
    assert not deletion["is_complete"]
    assert "Redis does not answer" in deletion["detail"]
    assert stored_versions(aws) == []
    assert delete(radiograph)["is_complete"]


def test_an_identity_that_was_read_before_its_removal_is_not_cached(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, file_name=FILE_NAME)
    key = keys.identity(radiograph)
    content = aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read()
    delete(radiograph)
    aws.s3.put_object(Bucket="pictures", Key=key, Body=content)
    refill_cache.handler({}, Context())
    assert FILE_NAME not in cached_text(aws)


def test_a_note_that_comes_after_the_deletion_is_not_stored(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)
    identities = services().identities
    add_note = identities.add_note

    def delete_first(radiograph_id: str, *, note_key: str, note: str) -> Any:
        delete(radiograph_id)
        return add_note(radiograph_id, note_key=note_key, note=note)

    monkeypatch.setattr(identities, "add_note", delete_first)
    body = {"verdict": "agree", "note": "free text"}
    status, _ = api("POST", f"/radiographs/{radiograph}/reviews", body=body)
    assert status == 404
    assert stored_versions(aws) == []
    assert "free text" not in cached_text(aws)


def test_an_interrupted_deletion_is_continued(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = screen_phantom(aws, api)

    def interrupt(*_: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as context:
        context.setattr("lambdas.delete_radiograph.delete_versions", interrupt)
        with pytest.raises(ConnectionError):
            delete(radiograph)
    assert stored_versions(aws) != []
    assert list_worklist(api).radiographs == ()
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
    assert delete(radiograph, by=by)["detail"] == "`by` is not an id of AWS or Cognito."
    assert "deleted" not in aws.fact_kinds(radiograph)
