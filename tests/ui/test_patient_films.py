"""The other films of a patient come after the film, and two films are compared side by side."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import PAGE, RADIOGRAPH, UNANSWERED, Pages, SignToken, log_in
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from tests.ui.test_page_weight import MAX_WARM_BYTES, weigh
from ui.auth.session_keys import SessionKeys

OTHER, THIRD = "b" * 26, "c" * 26
PATIENT = {
    "name": "Garcia, Ana",
    "patient_id": "P-1",
    "sex": "F",
    "accession_number": "A-7",
    "study_date": "2024-03-01",
}
FILMS = f"{PAGE}/patient-films"
COMPARISON = f"{PAGE}/compare/{OTHER}"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def film(golden: Golden) -> dict[str, Any]:
    return {**golden("radiograph.json"), "patient": PATIENT}


@pytest.fixture
def administrator(doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys) -> FlaskClient:
    token = sign_token(**{"cognito:groups": ["siteNorth", "administrator"]})
    log_in(doctor, {"token": token}, keys)
    return doctor


def build_other(film: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A film of the same patient, of another day."""
    patient = {**PATIENT, "study_date": "2023-10-01", **changes.pop("patient", {})}
    answer = {**film["answer"], **changes.pop("answer", {})}
    return {**film, "id": OTHER, "reviews": [], "answer": answer, **changes, "patient": patient}


def respond(api: RecordedApi, film: dict[str, Any], *others: dict[str, Any], **flags: Any) -> None:
    standard = {"has_patient_id": True, "has_more": False, "complete": True}
    body = {"radiograph": film, "other_radiographs": others, **standard, **flags}
    api.respond(f"GET /v1{FILMS}", RecordedResponse(body=body))


def load(doctor: FlaskClient, **headers: str) -> str:
    response = doctor.get(FILMS, headers=headers or HTMX)
    assert response.status_code == 200
    return " ".join(unescape(response.text).split())


def read_paths(api: RecordedApi) -> list[str]:
    return [request.path for request in api.requests if request.path != "/v1/model"]


def test_the_page_of_a_film_leaves_them_to_a_later_request(pages: Pages, api: RecordedApi) -> None:
    page = pages.load(PAGE, patient=PATIENT)
    assert f'data-patient-films hx-get="{FILMS}" hx-trigger="film:ready once"' in page
    assert f'<a href="{FILMS}">Show them</a>' in page
    assert not [path for path in read_paths(api) if "patient-films" in path]


@pytest.mark.parametrize("patient", [None, {**PATIENT, "patient_id": ""}])
def test_a_film_without_patient_id_says_nothing(pages: Pages, patient: object) -> None:
    assert "Other films" not in pages.load(PAGE, patient=patient)


def test_a_film_that_waits_says_nothing(pages: Pages) -> None:
    page = pages.load_unanswered(PAGE, patient=PATIENT, state="awaiting_upload")
    assert "Other films" not in page


def test_an_administrator_has_them_too(
    pages: Pages, administrator: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    assert "data-patient-films" in pages.load(PAGE, patient=PATIENT)
    respond(api, film, build_other(film))
    assert f'href="{COMPARISON}">Compare' in load(administrator)


def test_each_film_has_date_answer_review_and_comparison(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    others = (
        build_other(film),
        build_other(film, id=THIRD, reviews=film["reviews"], patient={"study_date": ""}),
    )
    respond(api, film, *others)
    page = load(doctor)
    assert read_paths(api) == [f"/v1{FILMS}"]
    # By the day of the study, and where the file does not state it, of the upload.
    rows = page.split("<li>")[1:]
    assert len(rows) == 2
    assert f'href="/radiographs/{THIRD}">Uploaded 23 Nov 2026</a>' in rows[0]
    assert f'href="/radiographs/{OTHER}">Study 1 Oct 2023</a>' in rows[1]
    assert "5 months earlier · 3 years" in rows[1]
    assert "Pneumonia detected" in rows[1]
    assert "<strong>87 %</strong>" in rows[1]
    assert "Not reviewed" in rows[1]
    assert "pneumonia, as the answer" in rows[0]
    assert f'href="{COMPARISON}">Compare' in rows[1]
    assert "differing" not in page


def test_the_history_has_the_operating_points_of_each_answer(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    low = {"decision": "no_pneumonia", "probability": 0.12, "shown_probability": 0.12}
    respond(api, film, build_other(film, answer=low))
    page = load(doctor)
    description = "oldest first: 1 Oct 2023 12 %, 1 Mar 2024 (this film) 87 %."
    assert description in page
    assert page.count('class="band"') == page.count('class="threshold"') == 2
    assert 'class="mark status-no_pneumonia"' in page
    assert page.count('class="mark status-pneumonia"') == page.count('class="ring"') == 1
    assert "Different versions" not in page
    respond(api, film, build_other(film, answer={"model_version": "other-0123abcd"}))
    assert "Different versions" in load(doctor)


def test_one_answer_makes_no_history(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    respond(
        api, film, {**build_other(film), **UNANSWERED, "state": "rejected", "rejection": "empty"}
    )
    page = load(doctor)
    assert "score-history" not in page
    assert "File not accepted" in page
    assert ">Compare" not in page


def test_what_the_files_state_otherwise_is_told(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    respond(api, film, build_other(film, patient={"name": "Smith, <Bo>", "sex": "M"}))
    page = load(doctor)
    assert "<bdi>Another name: Smith, <Bo></bdi>" in page
    assert "<bdi>Male</bdi>" in page
    assert "Smith, &lt;Bo&gt;" in doctor.get(FILMS, headers=HTMX).text
    respond(api, film, build_other(film, patient={"name": "ANA GARCIA"}))
    assert "Another name" not in load(doctor)


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ({}, "no other film with the ID <bdi>P-1</bdi> at your site"),
        ({"has_patient_id": False}, "has no patient id"),
        ({"complete": False}, "Films from before an update may be missing here"),
    ],
)
def test_without_other_films_it_says_so(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any], flags: dict[str, bool], text: str
) -> None:
    respond(api, film, **flags)
    assert text in load(doctor)


def test_where_the_api_fails_the_film_stays_as_it_is(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond(f"GET /v1{FILMS}", RecordedResponse(status=503, body={}))
    assert f'<a href="{FILMS}">Try again</a>' in load(doctor)
    api.respond(f"GET /v1{FILMS}", RecordedResponse(status=404, body={}))
    assert doctor.get(FILMS, headers=HTMX).status_code == 404


def test_without_script_they_have_a_page_of_their_own(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    respond(api, film, build_other(film), has_more=True)
    page = doctor.get(FILMS).text
    assert "<h1><bdi>Garcia, Ana</bdi></h1>" in page
    assert "1+" in page
    assert "Garcia" not in page.partition("<title>")[2].partition("<")[0]


def compare(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any], *others: dict[str, Any]
) -> tuple[int, str]:
    views = {each["id"]: each for each in (film, *others)}
    body = {"radiographs": list(views.values())}
    api.respond("GET /v1/radiographs/batch", RecordedResponse(body=body))
    for radiograph, view in views.items():
        api.respond(f"GET /v1/radiographs/{radiograph}", RecordedResponse(body=view))
    response = doctor.get(COMPARISON)
    return response.status_code, " ".join(unescape(response.text).split())


def test_two_films_stand_side_by_side_with_their_own_answers(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    answer = {"decision": "no_pneumonia", "probability": 0.12, "shown_probability": 0.12}
    status, page = compare(doctor, api, film, build_other(film, answer=answer))
    assert status == 200
    # Both are opened, as on their own pages.
    assert read_paths(api)[1:] == [f"/v1{PAGE}", f"/v1/radiographs/{OTHER}"]
    first, second = page.split("<article")[1:]
    assert 'aria-label="This film: Study 1 Mar 2024"' in first
    assert 'aria-label="Other film: Study 1 Oct 2023"' in second
    assert "<strong>87 %</strong>" in first
    assert "<strong>12 %</strong>" in second
    assert "5 months earlier" in second
    assert "pneumonia, as the answer" in first
    assert "Not reviewed" in second
    for part in (first, second):
        assert part.count("data-image-viewer") == part.count("data-window-preset") == 1
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "Garcia" not in page.partition("<title>")[2].partition("<")[0]


def test_the_comparison_may_decode_the_originals(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    compare(doctor, api, film, build_other(film))
    response = doctor.get(COMPARISON)
    assert "worker-src 'self'" in response.headers["Content-Security-Policy"]
    assert weigh(response.data) <= MAX_WARM_BYTES


@pytest.mark.parametrize("patient", [{"patient_id": "P-2"}, {"patient_id": ""}])
def test_films_of_two_patients_are_not_compared(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any], patient: dict[str, str]
) -> None:
    """Neither is opened then."""
    assert compare(doctor, api, film, build_other(film, patient=patient))[0] == 404
    assert read_paths(api) == [
        f"/v1/radiographs/batch?ids={RADIOGRAPH}%2C{OTHER}&screening=&wait=0"
    ]


def test_a_film_is_not_compared_with_itself_or_with_none(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    assert compare(doctor, api, film)[0] == 404
    assert doctor.get(f"{PAGE}/compare/{RADIOGRAPH}").status_code == 404


def test_an_administrator_compares_as_a_doctor_does(
    administrator: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    status, page = compare(administrator, api, film, build_other(film))
    assert status == 200
    assert page.count("data-image-viewer") == 2
    assert read_paths(api)[1:] == [f"/v1{PAGE}", f"/v1/radiographs/{OTHER}"]


def test_nobody_compares_without_a_login(visitor: FlaskClient, api: RecordedApi) -> None:
    response = visitor.get(COMPARISON)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login")
    assert read_paths(api) == []
