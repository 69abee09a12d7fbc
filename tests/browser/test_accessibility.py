"""Small and enlarged screens, fingers, forced colours, names, focus and announcements."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload, upload_and_open
from tests.running_system import RunningSystem

# At 1,440 px, a zoom of 200 % leaves 720.
WIDTHS = [320, 360, 641, 700, 720, 744, 901, 1000]
FIND_CUT_OFF = """() => [...document.querySelectorAll('.page-header a, .page-header button')]
  .filter((element) => element.checkVisibility())
  .filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return left < 0 || right > innerWidth;
  })
  .map((element) => element.textContent.trim() || element.title)"""
# Links inside a text are exempt (WCAG 2.5.5); a row's link covers the row, a label its box.
EXEMPT = "p a, dd a, footer a, .visually-hidden, .skip-link, .choice input"
FIND_SMALL = """(exempt) =>
  [...document.querySelectorAll('a, button, input, summary, textarea, label.choice')]
  .filter((element) => element.checkVisibility() && !element.matches(exempt))
  .map((element) => {
    const target = element.matches('.row a.name') ? element.closest('li') : element;
    const { width, height } = target.getBoundingClientRect();
    return [Math.min(width, height), element.outerHTML.slice(0, 80)];
  })
  .filter(([size]) => size < 43.5)"""


@pytest.mark.parametrize("email", ["doctor@north.example", "admin@north.example"])
def test_the_header_fits_every_width(page: Page, system: RunningSystem, email: str) -> None:
    log_in(page, system, email)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 560})
        assert page.evaluate(FIND_CUT_OFF) == [], width
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


def test_fingers_find_targets_of_44_pixels(phone: Page, phantoms: list[Path]) -> None:
    [row] = upload(phone, [phantoms[0]]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    assert phone.evaluate(FIND_SMALL, EXEMPT) == []
    row.get_by_role("link").first.click()
    phone.wait_for_url("**/radiographs/*")
    assert phone.evaluate(FIND_SMALL, EXEMPT) == []
    phone.evaluate("document.querySelector('[data-opens-dialog]').click()")
    assert phone.evaluate(FIND_SMALL, EXEMPT) == []
    phone.keyboard.press("Escape")
    phone.get_by_role("link", name="Worklist").last.click()
    assert phone.evaluate(FIND_SMALL, EXEMPT) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_a_tool_has_the_name_that_it_shows(doctor: Page, phantoms: list[Path], width: int) -> None:
    upload_and_open(doctor, phantoms[0])
    doctor.set_viewport_size({"width": width, "height": 900})
    for name in ("Reset", "Invert"):
        expect(doctor.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(doctor.get_by_role("button", name=re.compile("^Saliency"))).to_be_visible()
    doctor.get_by_role("button", name="Reset").click()
    expect(doctor.locator("#live-region")).to_contain_text("The image is reset.")


def test_forced_colours_show_what_is_pressed_and_current(
    browser: Browser, system: RunningSystem, phantoms: list[Path]
) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    log_in(page, system, "doctor@north.example")
    colour = "(element, part) => getComputedStyle(element, part).backgroundColor"
    current = page.locator(".main-nav [aria-current]").evaluate(colour, "::after")
    canvas = page.locator("body").evaluate(colour)
    upload_and_open(page, phantoms[0])
    invert = page.get_by_role("button", name="Invert")
    before = invert.evaluate(colour)
    invert.click()
    assert invert.evaluate(colour) not in (before, canvas)
    assert current != canvas
    context.close()


def test_a_note_from_right_to_left_turns_only_itself(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[0])
    doctor.evaluate("localStorage.setItem('goOn', 'false')")
    note = doctor.get_by_role("textbox", name="Note")
    note.fill("\u05d3\u05dc\u05e7\u05ea \u202eabc")
    doctor.get_by_role("button", name="Cannot tell").click()
    shown = doctor.locator(".review .note")
    expect(shown).to_have_css("unicode-bidi", "plaintext")
    assert shown.evaluate("element => element.localName") == "bdi"
    expect(doctor.locator(".review strong")).to_have_text("You: cannot tell")


def test_a_search_is_announced(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[0])
    doctor.get_by_role("link", name="Worklist").first.click()
    for text, announcement in (("phantom", r"\d+ X-rays? found"), ("no such", "No X-rays found")):
        doctor.get_by_role("searchbox").fill(text)
        expect(doctor.locator("#live-region")).to_have_text(re.compile(announcement))
        expect(doctor.get_by_role("searchbox")).to_be_focused()


def test_older_rows_take_the_focus(doctor: Page, system: RunningSystem) -> None:
    row = "<li class='row'><a class='name' href='#'>older.png</a></li>"
    older = (
        "<li class='next-page'><a class='button' href='#' hx-get='/worklist?cursor=x'"
        " hx-target='closest li' hx-swap='outerHTML'>Older</a></li>"
    )
    doctor.goto(f"{system.url}/worklist")
    doctor.route("**/worklist?cursor=x", lambda route: route.fulfill(body=row * 2))
    doctor.evaluate(
        """html => {
          document.getElementById('worklist').innerHTML = `<ul data-radiograph-list>${html}</ul>`;
          htmx.process(document.body);
        }""",
        row + older,
    )
    doctor.get_by_role("link", name="Older", exact=True).click()
    expect(doctor.locator("#live-region")).to_have_text("2 more X-rays.")
    expect(doctor.get_by_role("link", name="older.png").nth(1)).to_be_focused()


def test_the_tools_of_a_phone_show_that_there_are_more(phone: Page, phantoms: list[Path]) -> None:
    """The edge behind which there are tools is light; at their end it is as black as the bar."""
    upload_and_open(phone, phantoms[0])
    tools = phone.get_by_role("toolbar")
    expect(tools).to_be_visible()
    assert [read_edge(tools, side) > 0 for side in ("left", "right")] == [False, True]
    tools.evaluate("tools => { tools.scrollLeft = tools.scrollWidth; }")
    assert [read_edge(tools, side) > 0 for side in ("left", "right")] == [True, False]


def read_edge(tools: Locator, side: str) -> int:
    """The grey of the outermost pixel, below the tools."""
    image = Image.open(io.BytesIO(tools.screenshot())).convert("L")
    grey = image.getpixel((0 if side == "left" else image.width - 1, image.height - 3))
    assert isinstance(grey, int)
    return grey
