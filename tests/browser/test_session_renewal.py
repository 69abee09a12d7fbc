"""A doctor at work is not logged out, for 12 hours at most."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from local.aws.clients import build_client
from tests.browser.conftest import log_in
from tests.browser.sessions import change_session, read_session, status_of
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload
from tests.running_system import RunningSystem
from ui.auth.sessions import MAX_SECONDS

TOKEN_SECONDS = 12


@pytest.fixture
def short_tokens(system: RunningSystem) -> Iterator[int]:
    """Makes new tokens expire after some seconds."""
    set_token_life(system, TOKEN_SECONDS)
    yield TOKEN_SECONDS
    set_token_life(system, 3600)


def set_token_life(system: RunningSystem, seconds: int) -> None:
    cognito = build_client("cognito-idp", system.login_url)
    issuer_pool = system.issuer.rpartition("/")[2]
    cognito.update_user_pool_client(
        UserPoolId=issuer_pool,
        ClientId=system.client_id,
        IdTokenValidity=seconds,
        TokenValidityUnits={"IdToken": "seconds"},
    )


def test_a_doctor_who_reads_film_after_film_is_not_logged_out(
    short_tokens: int, doctor: Page, system: RunningSystem
) -> None:
    tokens = {read_session(doctor, system)["token"]}
    began_at = read_session(doctor, system)["began_at"]
    end = time.monotonic() + 2 * short_tokens
    while time.monotonic() < end:
        for name in ("Worklist", "Upload"):
            doctor.wait_for_timeout(1000)
            doctor.get_by_role("link", name=name, exact=True).click()
            expect(doctor.get_by_role("button", name="Log out")).to_be_visible()
        tokens.add(read_session(doctor, system)["token"])
    assert len(tokens) > 2
    assert read_session(doctor, system)["began_at"] == began_at
    assert system.url in doctor.url


def test_a_doctor_who_stays_on_one_page_is_not_logged_out(
    short_tokens: int, doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    doctor.evaluate("window.sameDocument = true")
    for second in range(2 * short_tokens):
        doctor.mouse.move(100 + second, 300)
        doctor.wait_for_timeout(1000)
    expect(doctor.get_by_role("dialog")).to_be_hidden()
    [row] = upload(doctor, [phantoms[0]]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    assert doctor.evaluate("window.sameDocument")


def test_where_no_frame_can_renew_the_small_window_needs_no_form(
    short_tokens: int, doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    """As with Cognito under another site, whose cookie no frame gets."""
    doctor.route("**/login/frame", lambda route: route.abort())
    doctor.wait_for_timeout(1000 * (short_tokens + 1))
    [row] = upload(doctor, [phantoms[0]]).values()
    dialog = doctor.get_by_role("dialog")
    expect(dialog).to_contain_text("You were logged out. Log in", timeout=TIMEOUT_MS)
    with doctor.expect_popup() as window:
        dialog.get_by_role("link", name="Log in").click()
    if not window.value.is_closed():
        window.value.wait_for_event("close")
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)


def test_a_renewal_ends_the_token_before_it(doctor: Page, system: RunningSystem) -> None:
    before = read_session(doctor, system)
    doctor.goto(f"{system.url}/login/frame")
    expect(doctor.get_by_role("heading")).to_have_text("You are logged in")
    after = read_session(doctor, system)
    assert after["token"] != before["token"]
    assert after["csrf_token"] == before["csrf_token"]
    assert (status_of(system, before["token"]), status_of(system, after["token"])) == (401, 204)


def test_after_12_hours_only_a_password_helps(doctor: Page, system: RunningSystem) -> None:
    change_session(doctor, system, began_at=time.time() - MAX_SECONDS - 1)
    doctor.goto(f"{system.url}/worklist")
    expect(doctor.get_by_role("main")).to_contain_text("You were logged out after 12 hours")
    doctor.get_by_role("link", name="Log in").click()
    expect(doctor.locator("input[name=password]")).to_be_visible()


def test_a_logout_ends_the_session_of_the_login_too(doctor: Page, system: RunningSystem) -> None:
    session = read_session(doctor, system)
    doctor.get_by_role("button", name="Log out").click()
    doctor.wait_for_url(re.compile("/login"))
    assert status_of(system, session["token"]) == 401
    doctor.goto(f"{system.url}/login/window")
    expect(doctor.locator("input[name=password]")).to_be_visible()
    log_in(doctor, system, "doctor@north.example")
