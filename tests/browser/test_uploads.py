"""An upload's preview stays, and its words are true while the line or the server is away."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload

NOT_STORED = "The file is not stored: keep this page open and try again."


def preview_width(row: Locator) -> int:
    width: int = row.locator(".thumbnail img").evaluate("image => image.naturalWidth")
    return width


def test_the_preview_stays_while_screening(doctor: Page, phantoms: list[Path]) -> None:
    doctor.route("**/rows?*", lambda route: route.abort())
    [row] = upload(doctor, [phantoms[0]]).values()
    expect(row).to_contain_text("Screening", timeout=TIMEOUT_MS)
    assert preview_width(row) > 0
    doctor.wait_for_timeout(500)
    assert preview_width(row) > 0
    box = row.locator(".thumbnail img").bounding_box()
    assert box is not None and box["width"] > 50
    doctor.unroute("**/rows?*")
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)


def test_a_line_that_is_away_never_says_that_the_file_is_kept(
    doctor: Page, phantoms: list[Path]
) -> None:
    doctor.context.set_offline(True)
    [row] = upload(doctor, [phantoms[0]]).values()
    expect(row).to_contain_text("The file is not stored: keep this page open, and it is sent")
    expect(row).not_to_contain_text(re.compile("safe|kept|lost"))
    doctor.context.set_offline(False)
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)


@pytest.mark.parametrize(
    ("status", "body"), [(502, "<html>gateway</html>"), (503, "<p>Nothing is lost.</p>")]
)
def test_a_server_that_cannot_take_the_file_says_so(
    doctor: Page, phantoms: list[Path], status: int, body: str
) -> None:
    headers = {"HX-Retarget": "#notice", "Retry-After": "0.01"}
    doctor.route(
        "**/uploads", lambda route: route.fulfill(status=status, body=body, headers=headers)
    )
    [row] = upload(doctor, [phantoms[0]]).values()
    expect(row).to_contain_text(NOT_STORED, timeout=TIMEOUT_MS)
    expect(row).not_to_contain_text("Nothing is lost")


def test_a_review_that_cannot_be_sent_says_so(doctor: Page, phantoms: list[Path]) -> None:
    [row] = upload(doctor, [phantoms[0]]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    row.get_by_role("link").first.click()
    doctor.wait_for_url("**/radiographs/*")
    doctor.context.set_offline(True)
    doctor.get_by_role("textbox", name="Note").fill("Left.")
    doctor.get_by_role("button", name="Cannot tell").click()
    notice = doctor.get_by_role("alert")
    expect(notice).to_contain_text("What you sent may not be stored: send it again")
    expect(notice).not_to_contain_text("keeps trying")
    doctor.context.set_offline(False)
    doctor.get_by_label("Then open the next film").uncheck()
    doctor.get_by_role("button", name="Cannot tell").click()
    expect(doctor.locator(".review .note")).to_have_text("Left.")
    expect(notice).to_have_text("")
