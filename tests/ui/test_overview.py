"""The administrator's page of volumes, decisions and agreement."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.recorded_api import RecordedApi, RecordedResponse


@pytest.fixture
def overview(api: RecordedApi, golden: Golden) -> RecordedApi:
    api.respond("GET /v1/overview", RecordedResponse(body=golden("site_overview.json")))
    return api


def load(doctor: FlaskClient) -> str:
    return " ".join(doctor.get("/overview").text.split())


def test_each_day_has_its_counts_and_shares(doctor: FlaskClient, overview: RecordedApi) -> None:
    page = load(doctor)
    share = '<td>2<span class="muted">50 %</span></td>'
    assert '<th scope="row">29 Nov 2026</th><td>4</td> <td>1<span' in page
    assert share in page
    assert '<th scope="row">Together</th><td>6</td>' in page


def test_agreement_counts_what_can_be_compared(doctor: FlaskClient, overview: RecordedApi) -> None:
    page = load(doctor)
    for name, cells in {
        "Reviews after the answer was shown": (1, 1, "50 %", 1),
        "Blind readings, before it": (1, 0, "100 %", 0),
        "Films with an outcome": (3, 1, "75 %", 0),
    }.items():
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        assert f'<th scope="row">{name}</th>{row}' in page
    assert "more X-rays than one page counts" not in page


def test_agreement_is_not_taken_for_accuracy(doctor: FlaskClient, overview: RecordedApi) -> None:
    page = load(doctor)
    assert "Agreement is not accuracy." in page and "(verification bias)" in page


def test_nothing_at_all_is_a_sentence(doctor: FlaskClient, api: RecordedApi) -> None:
    empty = {"days": [], "complete": False}
    api.respond("GET /v1/overview", RecordedResponse(body=empty))
    page = load(doctor)
    assert "There were none." in page
    row = '<th scope="row">Films with an outcome</th><td>0</td><td>0</td><td>{}</td><td>0</td>'
    assert row.format("\N{EN DASH}") in page
    assert "more X-rays than one page counts" in page


def test_an_account_without_the_role_is_told(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond("GET /v1/overview", RecordedResponse(status=403, body={"detail": "no"}))
    assert doctor.get("/overview").status_code == 403
