"""A deletion removes images, identity and cache; the facts stay, and nothing comes back."""

import pytest

from contracts.image import IMAGE_FIELDS
from contracts.record import State
from lambdas import refill_cache
from tests.lambdas.calls import (
    CHEST,
    DOCTOR,
    Api,
    Aws,
    Context,
    list_worklist,
    screen_phantom,
)
from tests.lambdas.deletion import BY, FILE_NAME, cached_text, delete, stored_versions

pytestmark = pytest.mark.usefixtures("closed_upload_form")


def list_states(api: Api) -> list[str]:
    return [str(view.state) for view in list_worklist(api).radiographs]


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
    status, view = api("GET", f"/radiographs/{radiograph}")
    left = {name for name, field in view.items() if field}
    assert (status, view["state"], view["file_name"]) == (200, "deleted", "")
    assert left <= {
        "id",
        "state",
        "created_at",
        "answered_at",
        "bytes",
        "seconds",
        "has_arrived",
    } | {
        *IMAGE_FIELDS,
        "deletion",
    }
    assert list_states(api) == ["deleted"]
    for path in ("neighbours", "report"):
        assert api("GET", f"/radiographs/{radiograph}/{path}")[0] == 404
    for path in ("reviews", "openings", "age"):
        body = {"reviews": {"finding": "pneumonia"}, "age": {"age_years": 3}}.get(path)
        assert api("POST", f"/radiographs/{radiograph}/{path}", body=body)[0] == 404


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
    assert list_states(api) == ["deleted"]


def test_the_same_announcement_again_stores_no_name(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, "k1", file_name=FILE_NAME)
    delete(radiograph)
    body = {"file_name": FILE_NAME, "bytes": 1000}
    api("POST", "/radiographs", body=body, key="k1")
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
