"""An unknown age is told on each page, and can be corrected; a refused one is named."""

import pytest
from flask.testing import FlaskClient

from contracts import texts
from contracts.answers import Caution
from tests.conftest import Golden
from tests.ui.conftest import PAGE, Pages, SignToken, log_in, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys

HTMX = {"HX-Request": "true"}
UNKNOWN = texts.CAUTIONS[Caution.AGE_UNKNOWN]


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
def test_the_age_is_shown(pages: Pages, address: str) -> None:
    page = pages.load(address)
    assert "3 years" in page
    assert UNKNOWN not in page
    assert "1 year" in pages.load(address, age_years=1)


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
def test_an_unknown_age_is_a_caution_also_in_an_earlier_releases_answer(
    pages: Pages, address: str
) -> None:
    pages.load_answered(address, cautions=[])
    page = pages.load(address, age_years=None)
    assert page.count(UNKNOWN) == 1
    assert "unknown" in page.replace(UNKNOWN, "")
    assert pages.load_answered(address, cautions=["age_unknown"]).count(UNKNOWN) == 1
    assert UNKNOWN not in pages.load_answered(
        address, decision="not_assessed", reason="quality", cautions=[]
    )


def test_a_corrected_age_says_so(pages: Pages) -> None:
    assert "corrected" in pages.load(PAGE, is_age_corrected=True)
    assert "Age: 3 years<" in pages.load(PAGE, is_age_corrected=False)


def send_age(doctor: FlaskClient, age: str) -> str:
    data = {"age_years": age, "csrf_token": read_form_token(doctor)}
    return doctor.post(f"{PAGE}/age", data=data, headers=HTMX).text


@pytest.mark.parametrize(("age", "years"), [(" 40 ", 40), ("", None), ("0", 0)])
def test_a_correction_is_sent_and_the_new_answer_announced(
    doctor: FlaskClient,
    api: RecordedApi,
    pages: Pages,
    golden: Golden,
    age: str,
    years: int | None,
) -> None:
    pages.load(PAGE, age_years=years)
    api.respond(f"POST /v1{PAGE}/age", RecordedResponse(body=golden("radiograph.json")))
    fragment = send_age(doctor, age)
    [request] = [each for each in api.requests if each.method == "POST"]
    assert request.json == {"age_years": years}
    assert f"Age: {texts.format_age(years)}. Pneumonia detected" in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize("age", ["121", "-1", "3.5", "three", "1" * 9999, "٣"])
def test_a_refused_age_is_named(doctor: FlaskClient, api: RecordedApi, age: str) -> None:
    assert "The age is in whole years, from 0 to 120." in send_age(doctor, age)
    data = {"file_name": "a", "bytes": "1", "age_years": age, "idempotency_key": "k"}
    headers = HTMX | {"X-CSRFToken": read_form_token(doctor)}
    response = doctor.post("/uploads", data=data, headers=headers)
    assert response.status_code == 422
    assert "The age is in whole years" in response.text


def test_administrators_do_not_correct_an_age(
    doctor: FlaskClient, pages: Pages, sign_token: SignToken, keys: SessionKeys
) -> None:
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(doctor, {"token": sign_token(**groups)}, keys)
    page = pages.load(PAGE)
    assert "Age: 3 years" in page
    assert 'name="age_years"' not in page
