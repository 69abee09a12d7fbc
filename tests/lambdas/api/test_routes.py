"""Each route: one radiograph for each key, none of another site, and errors that help."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts import keys
from contracts.api import Created
from contracts.serialisation import parse
from lambdas import clients
from lambdas.record_cipher import RecordCipher
from tests.file_names import UNUSUAL_FILE_NAMES
from tests.lambdas.calls import (
    DOCTOR,
    SOUTH,
    TRACE_ID,
    Api,
    Aws,
    list_worklist,
    screen_phantom,
)

ADMINISTRATOR = {**DOCTOR, "cognito:groups": "siteNorth,administrator"}


# Create


def test_a_new_radiograph_comes_with_a_form(api: Api) -> None:
    request = {"file_name": "thorax.png", "bytes": 1000}
    status, body = api("POST", "/radiographs", body=request, key="k1")
    created = parse(Created, body)
    assert (status, created.radiograph.state) == (201, "awaiting_upload")
    assert created.upload is not None
    assert created.upload.fields["key"] == keys.incoming(created.radiograph.id)


def test_the_same_post_twice_is_one_radiograph(aws: Aws, api: Api) -> None:
    assert api.create("k1") == api.create("k1")
    assert len(list_worklist(api).radiographs) == 1
    assert aws.fact_kinds(api.create("k1")) == ["created"]


def test_a_key_cannot_be_used_for_another_file(api: Api) -> None:
    api.create("k1")
    for other in ({"file_name": "other.png"}, {"bytes": 7}):
        request = {"file_name": "thorax.png", "bytes": 1000, **other}
        status, problem = api("POST", "/radiographs", body=request, key="k1")
        assert status == 422
        assert "Idempotency-Key" in problem["detail"]


def test_a_key_of_release_0_1_cannot_be_used_for_a_file_of_another_size(aws: Aws, api: Api) -> None:
    """Its identities hold the name alone; the first fact has the size."""
    key = keys.identity(api.create("k1"))
    aws.s3.put_object(Bucket="pictures", Key=key, Body=b'{"file_name": "thorax.png"}')
    request = {"file_name": "thorax.png", "bytes": 7}
    assert api("POST", "/radiographs", body=request, key="k1")[0] == 422


def test_a_key_has_only_ascii(api: Api) -> None:
    """Like on the page: another letter is read differently on the way, so the key would differ."""
    request = {"file_name": "thorax.png", "bytes": 1000}
    status, problem = api("POST", "/radiographs", body=request, key="schlüssel")
    assert status == 422
    assert "ASCII" in problem["detail"]


def test_once_the_bytes_are_there_no_form_is_handed_out(aws: Aws, api: Api) -> None:
    screen_phantom(aws, api, "k1")
    request = {"file_name": "thorax.png", "bytes": 1000}
    status, body = api("POST", "/radiographs", body=request, key="k1")
    assert (status, body["upload"]) == (200, None)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"file_name": "", "bytes": 1}, "k"),
        ({"file_name": "a", "bytes": 60_000_000}, "k"),
        ({"file_name": "a"}, "k"),
        ("{", "k"),
        ({"file_name": "a", "bytes": 1}, None),
        ({"file_name": "a", "bytes": 1}, "k" * 201),
    ],
)
def test_a_request_that_cannot_be_read_says_what_is_wrong(
    api: Api, body: Any, key: str | None
) -> None:
    status, problem = api("POST", "/radiographs", body=body, key=key)
    assert status == 422
    assert problem["detail"]
    assert problem["reference"]


# Read


def test_the_golden_problem_is_what_a_missing_radiograph_gets(
    api: Api, golden: Callable[[str], Any]
) -> None:
    status, problem = api("GET", f"/radiographs/{keys.radiograph_id('siteNorth', 'none')}")
    assert (status, problem) == (404, {**golden("problem.json"), "reference": TRACE_ID})


def test_another_sites_radiograph_is_as_if_it_did_not_exist(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    missing = keys.radiograph_id("siteNorth", "none")
    calls: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("POST", "/reviews", {"finding": "pneumonia"}),
    ]
    for method, suffix, body in calls:
        foreign = api(method, f"/radiographs/{radiograph}{suffix}", body=body, claims=SOUTH)
        absent = api(method, f"/radiographs/{missing}{suffix}", body=body, claims=SOUTH)
        assert foreign == absent
        assert foreign[0] == 404


@pytest.mark.parametrize("name", UNUSUAL_FILE_NAMES)
def test_a_file_may_have_any_name(api: Api, name: str) -> None:
    radiograph = api.create(file_name=name)
    assert api("GET", f"/radiographs/{radiograph}")[1]["file_name"] == name
    _, page = api("POST", "/radiographs/search", body={"file_name": name})
    assert [view["id"] for view in page["radiographs"]] == [radiograph]


@pytest.mark.parametrize("key", ["a key: b=c", "../../facts", "k" * 200])
def test_a_key_may_be_any_line_of_ascii(api: Api, key: str) -> None:
    assert api.create(key) == api.create(key)


@pytest.mark.parametrize("name", ["..", "a%2f..%2fb", "A" * 26, "0" * 26, "' or 1=1"])
def test_an_id_that_is_none_is_not_found(api: Api, name: str) -> None:
    assert api("GET", f"/radiographs/{name}")[0] == 404


def test_a_read_waits_for_the_answer_that_is_asked_for(api: Api) -> None:
    radiograph = api.create()
    status, view = api("GET", f"/radiographs/{radiograph}", query={"wait": "0.2"})
    assert (status, view["state"]) == (200, "awaiting_upload")
    assert api("GET", f"/radiographs/{radiograph}", query={"wait": "3"})[0] == 422


def test_a_record_that_redis_missed_is_read_from_the_facts(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    key = keys.redis_radiograph(radiograph)
    stale = aws.redis.dump(key)
    assert stale is not None
    api("POST", f"/radiographs/{radiograph}/reviews", body={"finding": "pneumonia"})
    aws.redis.restore(key, 0, stale, replace=True)
    _, view = api("GET", f"/radiographs/{radiograph}")
    assert len(view["reviews"]) == 1


def test_what_another_release_left_in_redis_is_read_anew(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    key = keys.redis_radiograph(radiograph)
    cipher = RecordCipher(clients.secrets(), "record-key")
    for entry in (cipher.encrypt('{"record": {"colour": "blue"}}'), '{"record": {}}'):
        aws.redis.hset(key, "entry", entry)
        assert api("GET", f"/radiographs/{radiograph}")[0] == 200
        assert len(list_worklist(api).radiographs) == 1


# Review


def test_a_review_is_a_fact_and_its_note_is_not(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    review = {"finding": "no_pneumonia", "note": "Left lower lobe."}
    status, view = api("POST", f"/radiographs/{radiograph}/reviews", body=review)
    assert status == 201
    assert [(r["finding"], r["note"]) for r in view["reviews"]] == [(*review.values(),)]
    assert aws.fact_kinds(radiograph)[-1] == "reviewed"
    assert "lobe" not in json.dumps(aws.facts(radiograph))


def test_nothing_is_reviewed_before_its_answer(api: Api) -> None:
    path = f"/radiographs/{api.create()}/reviews"
    assert api("POST", path, body={"finding": "pneumonia"})[0] == 409


def test_only_doctors_review(aws: Aws, api: Api) -> None:
    path = f"/radiographs/{screen_phantom(aws, api)}/reviews"
    status, problem = api("POST", path, body={"finding": "pneumonia"}, claims=ADMINISTRATOR)
    assert status == 403
    assert "doctors" in problem["detail"]


# Everywhere


def test_an_account_without_a_site_is_told_to_ask(api: Api) -> None:
    status, problem = api("GET", "/radiographs", claims={**DOCTOR, "cognito:groups": "doctor"})
    assert status == 403
    assert "administrator" in problem["detail"]


def test_the_card_of_the_current_model_is_shown(api: Api) -> None:
    status, card = api("GET", "/model")
    assert status == 200
    assert card["model_version"]


def test_a_store_that_does_not_answer_is_ours_to_mend(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTS_BUCKET", "gone")
    status, problem = api("GET", "/radiographs")
    assert status == 503
    assert "Nothing is lost" in problem["detail"]


def test_no_file_name_reaches_the_log(
    aws: Aws, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    screen_phantom(aws, api, file_name="planted-anna.png")
    api("POST", "/radiographs/search", body={"file_name": "planted-anna"})
    api("POST", "/radiographs", body={"file_name": "planted-anna" * 99, "bytes": 1}, key="k")
    captured = capsys.readouterr()
    assert "planted" not in captured.out + captured.err
