"""Scripts renew a token in a frame or a small window, and ask for the state of the login."""

from flask.testing import FlaskClient

from tests.ui.auth.old_token import fail_renewal, is_renewal
from tests.ui.conftest import SUBJECT
from tests.ui.recorded_api import RecordedApi, RecordedResponse


def test_the_small_window_shows_the_form_where_no_renewal_is_possible(
    worker: FlaskClient, visitor: FlaskClient
) -> None:
    form = "/login/start?next=/login/finish"
    assert visitor.get("/login/window").headers["Location"] == form
    silent = worker.get("/login/window")
    assert is_renewal(silent)
    assert fail_renewal(worker, silent).headers["Location"] == form


def test_the_frame_never_shows_a_form(worker: FlaskClient, visitor: FlaskClient) -> None:
    failure = "/login/finish?failed=1"
    assert visitor.get("/login/frame").headers["Location"] == failure
    assert fail_renewal(worker, worker.get("/login/frame")).headers["Location"] == failure
    assert 'data-login-result="failed"' in worker.get(failure).text
    assert 'data-login-result="finished"' in worker.get("/login/finish").text
    assert 'data-login-result="failed"' in visitor.get("/login/finish").text


def test_only_the_last_page_may_be_in_a_frame_of_this_site(worker: FlaskClient) -> None:
    finish = worker.get("/login/finish").headers
    assert "frame-ancestors 'self'" in finish["Content-Security-Policy"]
    for address in ("/", "/login/session", "/login/callback"):
        headers = worker.get(address).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], address


def test_the_state_tells_a_script_who_is_logged_in(
    worker: FlaskClient, visitor: FlaskClient
) -> None:
    state = worker.get("/login/session").get_json()
    assert (state["user"], state["renewal_seconds"]) == (SUBJECT, 0)
    assert worker.post("/logout", data={"csrf_token": state["form_token"]}).status_code == 302
    assert visitor.get("/login/session").status_code == 401


def test_the_state_asks_the_api_about_a_token_on_demand(
    worker: FlaskClient, api: RecordedApi
) -> None:
    api.respond("GET /v1/session", RecordedResponse(status=401, body={}))
    assert worker.get("/login/session").status_code == 200
    response = worker.get("/login/session?check=1")
    assert response.status_code == 401
    assert response.get_json()["can_renew"] is True
