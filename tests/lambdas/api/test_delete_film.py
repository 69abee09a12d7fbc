"""An administrator deletes a film with a reason; the deletion function removes its files."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from contracts import keys
from contracts.deletion import DeletionReason
from contracts.record import State
from lambdas import clients, clock, delete_radiograph
from phantoms.file_formats import encode_dicom, grey_ramp
from tests.lambdas.calls import (
    ADMINISTRATOR,
    DOCTOR,
    SOUTH,
    Api,
    Aws,
    Context,
    list_worklist,
    read_view,
    run_screening,
    screen_phantom,
)
from tests.lambdas.deletion import FILE_NAME, cached_text, stored_versions
from tests.lambdas.unreadable_facts import put_fact

pytestmark = pytest.mark.usefixtures("closed_upload_form")


def delete(
    api: Api, film: str, reason: str = "duplicate", claims: dict[str, str] = ADMINISTRATOR
) -> tuple[int, Any]:
    path = f"/radiographs/{film}/deletion"
    return api("POST", path, body={"reason": reason}, claims=claims)


def run_deletion(aws: Aws) -> Any:
    """Runs the deletion function as Lambda does with the API's call."""
    return delete_radiograph.handler(aws.function_calls.pop(), Context())


def test_the_film_is_hidden_at_once_and_its_files_are_removed(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api, file_name=FILE_NAME, patient_id="P-1")
    status, view = delete(api, film, "wrong_patient")
    assert status == HTTPStatus.ACCEPTED
    assert (view["state"], view["has_files_left"], view["file_name"]) == ("deleted", True, "")
    assert view["deletion"]["reason"] == "wrong_patient"
    assert FILE_NAME not in cached_text(aws)
    assert [each for each in stored_versions(aws) if each.startswith("radiographs/")]
    assert run_deletion(aws)["is_complete"]
    assert stored_versions(aws) == []
    _, view = api("GET", f"/radiographs/{film}")
    assert (view["has_files_left"], view["deletion"]["by"]) == (False, DOCTOR["sub"])


def test_files_may_be_left_until_a_running_screening_has_ended(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its screening may write them in the minute after the deletion, as in its timeout."""
    answered, running = screen_phantom(aws, api), api.create("k2")
    for film in (answered, running):
        delete(api, film)
        run_deletion(aws)
    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 60)
    start = clock.now()

    def read_at(seconds: int) -> list[bool]:
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(seconds=seconds))
        return [read_view(api, film)["has_files_left"] for film in (answered, running)]

    assert (read_at(50), read_at(70)) == ([False, True], [False, False])


def test_the_fact_says_who_when_and_why_once(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api)
    delete(api, film, "patient_request")
    delete(api, film, "duplicate")
    for _ in range(2):
        run_deletion(aws)
    assert aws.fact_kinds(film) == ["created", "received", "screened", "deleted"]
    fact = aws.facts(film)[-1]
    assert (fact["by"], fact["reason"]) == (DOCTOR["sub"], "patient_request")
    _, trail = api("GET", f"/radiographs/{film}/audit", claims=ADMINISTRATOR)
    assert trail["events"][-1]["deletion_reason"] == "patient_request"


def test_lists_have_its_trace_and_no_tab_and_no_search_has_it(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api, file_name=FILE_NAME)
    tabs = ("to_review", "pneumonia", "uncertain", "no_pneumonia", "not_assessed")
    before = [view.id for tab in tabs for view in list_worklist(api, filter=tab).radiographs]
    assert film in before
    delete(api, film)
    assert not [view for tab in tabs for view in list_worklist(api, filter=tab).radiographs]
    [trace] = list_worklist(api).radiographs
    assert trace.deletion and trace.deletion.reason is DeletionReason.DUPLICATE
    for _ in range(2):
        _, found_list = api("POST", "/radiographs/search", body={"file_name": "meier"})
        assert found_list["radiographs"] == []
        if aws.function_calls:
            run_deletion(aws)
    assert api("GET", "/radiographs/counts")[1]["counts"]["to_review"] == 0


def test_nothing_medical_is_left_of_a_film_with_age_and_reviews(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api, file_name=FILE_NAME, age_years=3)
    for number, finding in enumerate(("pneumonia", "no_pneumonia")):
        body = {"finding": finding, "note": "a note"}
        claims = DOCTOR | {"sub": f"doctor-{number}"}
        path = f"/radiographs/{film}/reviews"
        assert api("POST", path, body=body, claims=claims)[0] == HTTPStatus.CREATED
    assert (view := read_view(api, film))["is_differing"] and view["age_years"] == 3
    _, deleted = delete(api, film)
    _, listed = api("GET", "/radiographs")
    for shown in (deleted, read_view(api, film), *listed["radiographs"]):
        assert {name for name, value in shown.items() if value not in (None, "", [], False)} <= {
            "id",
            "state",
            "created_at",
            "deletion",
            "has_files_left",
        }
    record = aws.cached_record(film)["record"]
    assert (record["age_years"], record["reviews"], record["past_reviews"]) == (None, [], [])


def test_a_film_whose_entry_redis_has_lost_is_hidden_everywhere(aws: Aws, api: Api) -> None:
    """Lists trust the copy of the record beside the identity, until the files are removed."""
    films = [
        screen_phantom(aws, api, key, file_name=f"{key}-{FILE_NAME}", patient_id="P-1")
        for key in ("gone", "kept")
    ]
    body = {"file_name": "meier"}
    search = api("POST", "/radiographs/search", body=body)[1]["search"]["id"]
    delete(api, films[0])
    aws.redis.delete(keys.redis_radiograph(films[0]))
    views = {view.id: view for view in list_worklist(api).radiographs}
    assert (views[films[0]].state, views[films[0]].file_name) == (State.DELETED, "")
    assert views[films[0]].thumbnail_url is None and views[films[0]].answer is None
    for query in ({}, {"search": search}):
        aws.redis.delete(keys.redis_radiograph(films[0]))
        content = api("GET", "/radiographs/export", query=query)[1].decode()
        assert f"gone-{FILE_NAME}" not in content and f"kept-{FILE_NAME}" in content
    aws.redis.delete(keys.redis_radiograph(films[0]))
    assert [view.id for view in list_worklist(api, search=search).radiographs] == [films[1]]
    aws.redis.flushall()
    assert api("POST", "/radiographs/search", body=body)[1]["radiographs"][0]["id"] == films[1]


def test_the_films_of_a_patient_leave_out_one_that_redis_has_lost(aws: Aws, api: Api) -> None:
    films = []
    for number in range(2):
        films.append(api.create(f"k{number}"))
        aws.upload(films[-1], encode_dicom(grey_ramp(60 + number), PatientID="P-77"))
        assert run_screening(films[-1]) == []
    path = f"/radiographs/{films[1]}/patient-films"
    [other] = api("GET", path)[1]["other_radiographs"]
    assert other["id"] == films[0]
    delete(api, films[0])
    aws.redis.flushall()
    assert api("GET", path)[1]["other_radiographs"] == []


def test_a_file_that_comes_after_the_deletion_is_deleted(aws: Aws, api: Api) -> None:
    film = api.create()
    delete(api, film)
    run_deletion(aws)
    aws.upload(film, b"a late file")
    assert run_screening(film) == []
    assert stored_versions(aws) == []
    assert aws.fact_kinds(film) == ["created", "deleted"]


def test_where_redis_is_away_lambda_is_asked_to_try_again(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = screen_phantom(aws, api)
    delete(api, film)
    call = aws.function_calls[0]
    with monkeypatch.context() as context:
        context.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
        with pytest.raises(delete_radiograph.IncompleteDeletionError):
            delete_radiograph.handler(call, Context())
    assert run_deletion(aws)["is_complete"]


def test_a_call_that_lambda_did_not_take_can_be_repeated(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api)

    def refuse(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://lambda")

    events = clients.functions().meta.events
    events.register_first("before-call.lambda.Invoke", refuse)
    assert delete(api, film)[0] == HTTPStatus.SERVICE_UNAVAILABLE
    events.unregister("before-call.lambda.Invoke", refuse)
    assert delete(api, film)[0] == HTTPStatus.ACCEPTED
    assert run_deletion(aws)["is_complete"] and stored_versions(aws) == []


def test_only_administrators_of_the_site_delete(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api)
    south = {**SOUTH, "cognito:groups": "siteSouth,administrator"}
    assert [delete(api, film, claims=claims)[0] for claims in (DOCTOR, south)] == [403, 404]
    assert delete(api, film, "because")[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert aws.function_calls == [] and "deleted" not in aws.fact_kinds(film)


def test_a_film_whose_facts_cannot_be_read_is_not_said_to_be_deleted(aws: Aws, api: Api) -> None:
    film = screen_phantom(aws, api)
    put_fact(aws, film, 2, b"{")
    aws.redis.flushall()
    assert delete(api, film)[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    assert aws.function_calls == []
