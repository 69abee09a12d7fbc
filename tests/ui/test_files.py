"""Doctors save the report of a radiograph and a list as files."""

import pytest
from flask.testing import FlaskClient

from contracts import keys
from tests.ui.conftest import PAGE, Pages, SignToken, log_in
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys

RADIOGRAPH = PAGE.rpartition("/")[2]
SEARCH = keys.review_id("a", "b", "c")


def test_a_report_comes_as_a_file_that_names_no_patient(
    doctor: FlaskClient, api: RecordedApi
) -> None:
    api.respond(f"GET /v1{PAGE}/report", RecordedResponse(body=b"%PDF-1.4"))
    response = doctor.get(f"{PAGE}/report.pdf")
    assert (response.data, response.content_type) == (b"%PDF-1.4", "application/pdf")
    disposition = response.headers["Content-Disposition"]
    assert disposition == f"attachment; filename=chest-x-ray-{RADIOGRAPH}.pdf"
    assert response.headers["Cache-Control"] == "no-store"


def test_an_error_is_a_page_and_no_file(doctor: FlaskClient) -> None:
    response = doctor.get(f"{PAGE}/report.pdf")
    assert (response.status_code, response.mimetype) == (404, "text/html")


@pytest.mark.parametrize(
    ("query", "name", "parameters"),
    [
        ("", "worklist-all", "filter=all"),
        ("?filter=differing", "worklist-differing", "filter=differing"),
        ("?from=2026-11-28&to=2026-11-28", "worklist-all", "before=1795910400000"),
        (f"?search={SEARCH}", "search", f"search={SEARCH}"),
    ],
)
def test_a_table_is_of_the_list_that_is_shown(
    doctor: FlaskClient, api: RecordedApi, query: str, name: str, parameters: str
) -> None:
    api.respond("GET /v1/radiographs/export", RecordedResponse(body="\ufeffid\r\n".encode()))
    response = doctor.get(f"/worklist.csv{query}")
    assert response.data == b"\xef\xbb\xbfid\r\n"
    assert response.headers["Content-Disposition"] == f"attachment; filename={name}.csv"
    assert parameters in api.requests[-1].path


def test_links_lead_to_the_files(doctor: FlaskClient, pages: Pages) -> None:
    assert f'href="{PAGE}/report.pdf"' in pages.load(PAGE)
    assert 'href="/worklist.csv?filter=uncertain"' in doctor.get("/worklist?filter=uncertain").text


def test_administrators_get_no_link(
    doctor: FlaskClient, pages: Pages, sign_token: SignToken, keys: SessionKeys
) -> None:
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(doctor, {"token": sign_token(**groups)}, keys)
    assert "report.pdf" not in pages.load(PAGE)
    assert "worklist.csv" not in doctor.get("/worklist").text


def test_a_page_on_paper_says_its_limits(pages: Pages) -> None:
    page = pages.load(PAGE)
    assert "not fit for diagnosis" in page
    assert f"X-ray {RADIOGRAPH}. Software" in page
