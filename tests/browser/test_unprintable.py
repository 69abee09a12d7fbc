"""A character that no page can show is refused by the page itself, before anything is sent."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from contracts import texts
from tests.browser.conftest import log_in
from tests.running_system import RunningSystem

TIMEOUT_MS = 30_000
# Names in JavaScript's notation, because a lone surrogate cannot be sent to the browser.
PASTE = """name => {
  const file = new File(["any"], "any.png");
  Object.defineProperty(file, "name", { value: JSON.parse(`"${name}"`) });
  document.dispatchEvent(Object.assign(new Event("paste"), { clipboardData: { files: [file] } }));
}"""
FILL = """(field, text) => {
  field.value = JSON.parse(`"${text}"`);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
UNPRINTABLE = [r"a\u0009b", r"a\u0085b", r"a\ud800b", r"a\udfffb"]
PRINTABLE = [r"one two", r"\ud83e\ude7b"]


@pytest.mark.parametrize("name", UNPRINTABLE)
def test_a_file_is_to_be_renamed(doctor: Page, name: str) -> None:
    doctor.evaluate(PASTE, f"{name}.png")
    row = doctor.locator("[data-uploads] > li")
    expect(row).to_contain_text("Rename the file and choose it again.")
    expect(row.locator("[data-retry]")).to_be_hidden()


def test_a_long_name_is_cut_between_characters(doctor: Page) -> None:
    doctor.evaluate(PASTE, r"\ud83e\ude7b" * 300)
    row = doctor.locator("[data-uploads] > li")
    expect(row.locator("a.name")).to_have_text("\U0001fa7b" * 255)


def check(field: Locator, texts_with: list[str], texts_without: list[str]) -> None:
    for text in (*texts_with, *texts_without):
        field.evaluate(FILL, text)
        message = texts.UNPRINTABLE_TEXT if text in texts_with else ""
        assert field.evaluate("field => field.validationMessage") == message


def test_each_field_of_text_says_so(page: Page, system: RunningSystem) -> None:
    log_in(page, system, "admin@north.example")
    page.goto(f"{system.url}/settings")
    check(page.get_by_label("Reason"), UNPRINTABLE, PRINTABLE)
    page.goto(f"{system.url}/worklist")
    check(page.get_by_role("searchbox"), UNPRINTABLE, PRINTABLE)


def test_a_review_is_sent_once_its_note_can_be_shown(doctor: Page, phantoms: list[Path]) -> None:
    doctor.locator("input[type=file]").set_input_files(phantoms[0])
    row = doctor.locator("[data-uploads] > li")
    expect(row).to_contain_text("pneumonia", timeout=TIMEOUT_MS)
    row.get_by_role("link").first.click()
    note = doctor.get_by_role("textbox", name="Note")
    check(note, [r"a\u001bb", r"a\ud800b"], [r"one\n\ttwo", *PRINTABLE])
    note.evaluate(FILL, r"a\ud800b")
    doctor.evaluate("localStorage.setItem('goOn', 'false')")
    review, requests = doctor.locator("button[value=other]"), list[str]()
    doctor.on("request", lambda request: requests.append(request.method))
    review.click()
    assert "POST" not in requests
    note.evaluate(FILL, r"a \ud83e\ude7b")
    review.click()
    expect(doctor.locator(".review .note")).to_have_text("a \U0001fa7b")
