"""On films of the blind sample a doctor's reading comes before the answer, in each address."""

import json
from typing import Any

import pytest

from contracts import keys
from contracts.blind_readings import is_in_sample
from tests.lambdas.calls import ADMINISTRATOR, DOCTOR, Api, Aws, list_worklist, screen_phantom

KEY = next(
    f"key-{number}"
    for number in range(1000)
    if is_in_sample(keys.radiograph_id("siteNorth", f"key-{number}"), 0.05)
)
COLLEAGUE = {**DOCTOR, "sub": "0d6f3f0c-2c5e-4a27-8a35-7c0f7f0c9e56"}
BOTH = {**COLLEAGUE, "cognito:groups": "siteNorth,doctor,administrator"}
NOTHING_HIDDEN = {**ADMINISTRATOR, "sub": "1d6f3f0c-2c5e-4a27-8a35-7c0f7f0c9e57"}


@pytest.fixture
def film(aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch) -> str:
    """A film of the sample, which nobody has read."""
    monkeypatch.setenv("SITES", '{"siteNorth": {"prevalence": 0.1, "blind_share": 0.05}}')
    radiograph = screen_phantom(aws, api, KEY, age_years=3)
    assert aws.facts(radiograph)[-1]["is_blind_sample"] is True
    return radiograph


def review(api: Api, film: str, finding: str = "pneumonia", **claims: Any) -> Any:
    path = f"/radiographs/{film}/reviews"
    status, view = api("POST", path, body={"finding": finding}, **claims)
    assert status == 201, view
    return view


def test_a_film_outside_the_sample_shows_its_answer(film: str, aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, "outside", age_years=3)
    assert aws.facts(radiograph)[-1]["is_blind_sample"] is False
    assert api("GET", f"/radiographs/{radiograph}")[1]["answer"]


def test_no_address_tells_a_doctor_the_answer_before_a_reading(film: str, api: Api) -> None:
    decision = api("GET", f"/radiographs/{film}", claims=NOTHING_HIDDEN)[1]["answer"]["decision"]
    review(api, film, claims=COLLEAGUE)
    search = api("POST", "/radiographs/search", body={"file_name": "thorax"})[1]["search"]["id"]
    for path, query in (
        (f"/radiographs/{film}", {}),
        ("/radiographs/batch", {"ids": film}),
        ("/radiographs/batch", {"screening": film}),
        ("/radiographs", {}),
        ("/radiographs", {"search": search}),
        (f"/radiographs/{film}/patient-films", {}),
    ):
        status, body = api("GET", path, query=query)
        view = body if "id" in body else (body.get("radiographs") or [body.get("radiograph")])[0]
        assert (status, view["id"], view["is_answer_hidden"]) == (200, film, True), path
        assert (view["answer"], view["attention_url"], view["reviews"]) == (None, None, [])
    assert decision not in json.dumps(body)
    announced = {"file_name": "thorax.png", "bytes": 1000, "age_years": 3}
    _, created = api("POST", "/radiographs", body=announced, key=KEY)
    assert created["radiograph"]["answer"] is None
    _, aged = api("POST", f"/radiographs/{film}/age", body={"age_years": 4})
    assert (aged["answer"], aged["age_years"]) == (None, 4)


def test_tables_and_reports_wait_for_the_reading(film: str, api: Api) -> None:
    status, problem = api("GET", f"/radiographs/{film}/report")
    assert (status, "asks for your finding" in problem["detail"]) == (409, True)
    assert api("GET", f"/radiographs/{film}/audit", claims=BOTH)[0] == 409
    _, table = api("GET", "/radiographs/export")
    [names, row] = [line.split(",") for line in table.decode("utf-8-sig").splitlines()]
    cells = dict(zip(names, row, strict=True))
    assert (cells["id"], cells["decision"], cells["probability"]) == (film, "", "")
    review(api, film)
    assert api("GET", f"/radiographs/{film}/report")[0] == 200


def test_no_list_of_a_decision_shows_it_before_the_reading(film: str, api: Api) -> None:
    decision = api("GET", f"/radiographs/{film}", claims=NOTHING_HIDDEN)[1]["answer"]["decision"]
    assert [view.id for view in list_worklist(api, filter="to_review").radiographs] == [film]
    review(api, film, claims=COLLEAGUE)
    assert list_worklist(api, filter=decision).radiographs == ()
    review(api, film)
    assert [view.id for view in list_worklist(api, filter=decision).radiographs] == [film]


def test_a_reading_before_the_answer_is_blind_and_a_later_one_is_not(
    film: str, aws: Aws, api: Api
) -> None:
    view = review(api, film)
    assert (view["is_answer_hidden"], view["answer"] is None) == (False, False)
    assert (view["reviews"][0]["is_blind"], aws.facts(film)[-1]["is_blind"]) == (True, True)
    assert review(api, film, "no_pneumonia")["reviews"][0]["is_blind"] is False
    body = {"review_id": aws.facts(film)[-1]["review_id"]}
    _, undone = api("POST", f"/radiographs/{film}/withdrawals", body=body)
    assert undone["reviews"][0]["is_blind"] is True


def test_a_colleague_reads_it_blind_as_well(film: str, api: Api) -> None:
    review(api, film)
    view = review(api, film, claims=COLLEAGUE)
    assert [each["is_blind"] for each in view["reviews"]] == [True, True]


def test_a_doctor_can_have_the_answer_shown_and_then_reads_it_open(
    film: str, aws: Aws, api: Api
) -> None:
    for _ in range(2):
        status, view = api("POST", f"/radiographs/{film}/answer")
        assert (status, view["answer"] is None) == (200, False)
    assert aws.fact_kinds(film)[-2:] == ["screened", "answer_shown"]
    assert review(api, film)["reviews"][0]["is_blind"] is False
    assert api("GET", f"/radiographs/{film}", claims=COLLEAGUE)[1]["is_answer_hidden"] is True
    _, trail = api("GET", f"/radiographs/{film}/audit", claims=NOTHING_HIDDEN)
    assert [each["kind"] for each in trail["events"]][-2:] == ["answer_shown", "reviewed"]


def test_the_answer_of_another_film_is_shown_without_a_fact(film: str, aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, "outside")
    assert api("POST", f"/radiographs/{radiograph}/answer")[0] == 200
    assert aws.fact_kinds(radiograph)[-1] == "screened"


def test_the_sample_stays_where_the_share_changes(film: str, api: Api) -> None:
    body = {"replaces": 1, "prevalence": 0.1, "blind_share": 0.0}
    assert api("POST", "/settings/versions", body=body, claims=ADMINISTRATOR)[0] == 201
    assert api("GET", f"/radiographs/{film}")[1]["is_answer_hidden"] is True
