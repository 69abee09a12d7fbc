"""The end of a session loses nothing: the login comes back in a small window, the page stays."""

from pathlib import Path

from playwright.sync_api import Page, Response, Route, expect

from local.aws.cognito import PASSWORD
from tests.browser.sessions import end_session, log_in_again
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload, upload_and_open
from tests.running_system import RunningSystem


def test_uploads_go_on_after_the_login(
    doctor: Page, system: RunningSystem, phantoms: list[Path], tmp_path: Path
) -> None:
    doctor.evaluate("window.sameDocument = true")
    held: list[str] = []

    def hold(route: object) -> None:
        """The first file is on its way to storage while the session ends."""
        held.append("held")
        end_session(doctor, system)
        doctor.wait_for_timeout(200)
        route.continue_()  # type: ignore[attr-defined]

    doctor.route(f"{system.aws_url}/**", hold, times=1)
    copies = []
    for number in range(6):
        copy = tmp_path / f"film-{number}.png"
        copy.write_bytes(phantoms[0].read_bytes())
        copies.append(copy)
    rows = upload(doctor, copies)
    dialog = doctor.get_by_role("dialog")
    expect(dialog).to_contain_text("You were logged out after 15 minutes", timeout=TIMEOUT_MS)
    waiting = doctor.locator("[data-uploads] > li", has_text="Not sent yet")
    expect(waiting.first).to_contain_text("keep this page open and log in, then it is sent")
    assert held and waiting.count() <= 2
    log_in_again(doctor)
    expect(dialog).to_be_hidden()
    for row in rows.values():
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    assert doctor.evaluate("window.sameDocument")


def test_a_review_is_stored_after_the_login_with_its_note(
    doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    upload_and_open(doctor, phantoms[0])
    doctor.get_by_label("Then open the next film").uncheck()
    doctor.get_by_role("textbox", name="Note").fill("Left lower lobe.")
    end_session(doctor, system)
    doctor.get_by_role("button", name="Cannot tell").click()
    expect(doctor.get_by_role("dialog")).to_contain_text("You were logged out after 15 minutes")
    log_in_again(doctor)
    expect(doctor.locator(".review .note")).to_have_text("Left lower lobe.")
    doctor.reload()
    expect(doctor.get_by_role("textbox", name="Note")).to_have_value("Left lower lobe.")


def test_the_dialog_can_wait_and_comes_back_with_the_next_act(
    doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    upload_and_open(doctor, phantoms[0])
    doctor.get_by_label("Then open the next film").uncheck()
    end_session(doctor, system)
    dialog = doctor.get_by_role("dialog")
    doctor.get_by_role("button", name="Cannot tell").click()
    dialog.get_by_role("button", name="Not now").click()
    expect(dialog).to_be_hidden()
    doctor.get_by_role("button", name="Cannot tell").click()
    expect(dialog).to_be_visible()
    log_in_again(doctor)
    expect(doctor.locator(".review")).to_contain_text("You: cannot tell")


def test_rows_that_wait_go_on_after_the_login(
    doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    """They ask once, and no more until then: also where the login is put off."""
    doctor.evaluate("window.sameDocument = true")
    asked: list[int] = []

    def add_status(response: Response) -> None:
        if "/rows?" in response.url:
            asked.append(response.status)

    doctor.route("**/rows?*", lambda route: route.fulfill(body="", content_type="text/html"))
    [row] = upload(doctor, [phantoms[0]]).values()
    expect(row).to_have_attribute("data-waits-for", "screening", timeout=TIMEOUT_MS)
    end_session(doctor, system)
    doctor.on("response", add_status)
    doctor.unroute("**/rows?*")
    dialog = doctor.get_by_role("dialog")
    expect(dialog).to_contain_text("You were logged out after 15 minutes", timeout=TIMEOUT_MS)
    dialog.get_by_role("button", name="Not now").click()
    doctor.wait_for_timeout(10_000)
    expect(dialog).to_be_hidden()
    assert [status for status in asked if status != 200] in ([], [401])
    [later] = upload(doctor, [phantoms[1]]).values()
    log_in_again(doctor)
    for each in (row, later):
        expect(each).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    assert asked.count(401) == 1
    assert doctor.evaluate("window.sameDocument")


def test_a_server_that_refuses_a_session_that_lasts_is_not_asked_without_end(
    doctor: Page, phantoms: list[Path]
) -> None:
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=401)

    for pattern in ("**/rows?*", "**/uploads"):
        doctor.route(pattern, refuse)
        upload(doctor, [phantoms[0]])
        doctor.wait_for_timeout(4000)
        count = len(asked)
        assert count > 1
        doctor.wait_for_timeout(5000)
        assert len(asked) <= count + 3
        doctor.unroute(pattern)
        asked.clear()


def test_j_and_k_go_on_after_the_login(
    doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    """The film before is fetched with K; the one after was fetched before the login."""
    for row in upload(doctor, phantoms).values():
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    doctor.goto(f"{system.url}/worklist")
    names = doctor.locator("[data-radiograph-list] .name")
    first, second, third = names.all_inner_texts()[:3]
    names.nth(1).click()
    doctor.wait_for_load_state("networkidle")
    doctor.evaluate("window.sameDocument = true")
    doctor.get_by_label("Then open the next film").uncheck()
    end_session(doctor, system)
    heading = doctor.locator("main h1")
    doctor.locator("[data-image-area]").press("k")
    expect(doctor.get_by_role("dialog")).to_contain_text("You were logged out after 15 minutes")
    expect(heading).to_have_text(second)
    log_in_again(doctor)
    expect(heading).to_have_text(first)
    doctor.locator("[data-image-area]").press("j")
    expect(heading).to_have_text(second)
    # The film after next waits for its turn with the form of the session that ends.
    doctor.wait_for_load_state("networkidle")
    end_session(doctor, system)
    doctor.get_by_role("button", name="Cannot tell").click()
    log_in_again(doctor)
    expect(doctor.locator(".review")).to_contain_text("You: cannot tell")
    doctor.locator("[data-image-area]").press("j")
    expect(heading).to_have_text(third)
    doctor.get_by_role("button", name="Cannot tell").click()
    expect(doctor.locator(".review")).to_contain_text("You: cannot tell")
    assert doctor.evaluate("window.sameDocument")


def test_a_draft_is_back_with_its_film(
    doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    for row in upload(doctor, phantoms[:2]).values():
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    doctor.goto(f"{system.url}/worklist")
    doctor.locator("[data-radiograph-list] .name").first.click()
    heading = doctor.locator("main h1")
    film = heading.inner_text()
    note = doctor.get_by_role("textbox", name="Note")
    note.fill("A draft.")
    for key in ("j", "k"):
        doctor.locator("[data-image-area]").press(key)
        expect(note).to_have_value("" if key == "j" else "A draft.")
    expect(heading).to_have_text(film)


def test_a_draft_stays_through_a_login_and_is_shown_to_its_author_only(
    doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    upload_and_open(doctor, phantoms[0])
    film = doctor.url
    doctor.get_by_role("textbox", name="Note").fill("A draft.")
    end_session(doctor, system)
    doctor.reload()
    expect(doctor.get_by_role("main")).to_contain_text("You were logged out after 15 minutes")
    doctor.get_by_role("link", name="Log in").click()
    doctor.locator("input[name=username]").fill("doctor@north.example")
    doctor.locator("input[name=password]").fill(PASSWORD)
    doctor.locator("[type=submit]").click()
    doctor.wait_for_url(film)
    note = doctor.get_by_role("textbox", name="Note")
    expect(note).to_have_value("A draft.")
    doctor.get_by_role("button", name="Log out").click()
    assert (
        doctor.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft'))") == []
    )


def test_another_account_does_not_go_on_for_the_first(
    doctor: Page, system: RunningSystem, phantoms: list[Path]
) -> None:
    end_session(doctor, system)
    [row] = upload(doctor, [phantoms[0]]).values()
    log_in_again(doctor, "doctor@south.example")
    dialog = doctor.get_by_role("dialog")
    expect(dialog).to_contain_text("Another account is logged in")
    expect(row).to_contain_text("Not sent yet")
    log_in_again(doctor)
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
