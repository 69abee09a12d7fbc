"""A page that is fetched ahead opens no film; one that is shown does."""

from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import PAGE, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse


def test_a_page_that_is_fetched_ahead_says_so(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=golden("radiograph.json")))
    doctor.get(PAGE)
    doctor.get(PAGE, headers={"X-Prefetch": "true"})
    paths = [request.path for request in api.requests if request.path.startswith(f"/v1{PAGE}")]
    reads = [path for path in paths if "neighbours" not in path]
    assert reads == [f"/v1{PAGE}", f"/v1{PAGE}?prefetch=true"]


def test_a_film_that_is_shown_is_recorded(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond(f"POST /v1{PAGE}/openings", RecordedResponse(status=204, body=b""))
    headers = {"X-CSRFToken": read_form_token(doctor)}
    assert doctor.post(f"{PAGE}/openings", headers=headers).status_code == 204
    assert doctor.post(f"{PAGE}/openings").status_code == 400
    assert [request.path for request in api.requests].count(f"/v1{PAGE}/openings") == 1
