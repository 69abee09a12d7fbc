"""A review in the browser: the next film opens, Undo works for ten seconds, the focus stays."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import upload_and_open

FOCUS_ON_FILM = "document.activeElement.matches('[data-image-area]')"
TIMEOUT_MS = 15_000


@pytest.fixture
def film(doctor: Page, phantoms: list[Path]) -> Page:
    """The page of a film that is answered; an older one is its next."""
    upload_and_open(doctor, phantoms[0])
    doctor.locator(".back-link").click()
    doctor.get_by_role("link", name="Upload").click()
    upload_and_open(doctor, phantoms[1])
    return doctor


def stay(page: Page) -> None:
    page.get_by_label("Then open the next film").uncheck()
    page.locator("[data-image-area]").focus()


def test_a_key_stores_a_review_and_opens_the_next_film(film: Page) -> None:
    first = film.url
    assert film.evaluate(FOCUS_ON_FILM)
    film.keyboard.press("p")
    film.wait_for_url(lambda url: url != first)
    expect(film.locator("[data-undo-before]")).to_contain_text(
        "Stored for the film before. You: pneumonia"
    )
    expect(film.locator("#live-region")).to_contain_text("Undo with Control Z")
    assert film.evaluate(FOCUS_ON_FILM)
    film.keyboard.press("Control+z")
    film.wait_for_url(first)
    expect(film.locator("#live-region")).to_have_text("The review is withdrawn.")
    expect(film.locator(".review")).to_have_count(0)


def test_undo_lasts_ten_seconds_and_the_focus_returns_to_the_film(film: Page) -> None:
    stay(film)
    film.clock.install()
    film.keyboard.press("n")
    expect(film.locator(".review")).to_contain_text("You: no pneumonia")
    expect(film.locator("#live-region")).to_contain_text("Stored. You: no pneumonia")
    assert film.evaluate(FOCUS_ON_FILM)
    undo = film.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    film.clock.fast_forward(9_000)
    expect(undo).to_be_visible()
    film.clock.fast_forward(2_000)
    expect(undo).to_be_hidden()


def test_a_second_review_replaces_the_first_and_undo_restores_it(film: Page) -> None:
    stay(film)
    film.get_by_role("button", name="Cannot tell").click()
    expect(film.locator(".review")).to_contain_text("You: cannot tell")
    expect(film.get_by_role("button", name="Cannot tell")).to_be_focused()
    film.get_by_role("button", name="Other, not pneumonia").click()
    note = film.get_by_role("textbox", name="Note")
    expect(note).to_be_focused()
    expect(film.locator("#live-region")).to_contain_text("What is it?")
    note.fill("A mass.")
    film.get_by_role("button", name="Other, not pneumonia").click()
    expect(film.locator(".review")).to_contain_text("You: other, not pneumonia")
    expect(film.locator(".review")).to_have_count(1)
    film.get_by_role("button", name="Undo").click()
    expect(film.locator(".review")).to_contain_text("You: cannot tell")
    expect(film.locator("#live-region")).to_have_text(
        re.compile("The review is withdrawn. You: cannot tell.* again.")
    )
    assert film.evaluate(FOCUS_ON_FILM)


def test_a_double_click_is_one_review(film: Page) -> None:
    stay(film)
    statuses: list[int] = []
    film.on("response", lambda response: statuses.append(response.status))
    film.get_by_role("button", name="No pneumonia").dblclick()
    expect(film.locator(".review")).to_contain_text("You: no pneumonia")
    film.reload()
    expect(film.locator(".review")).to_have_count(1)
    assert max(statuses) < 400


@pytest.mark.parametrize("key", ["p", "n", "i"])
def test_a_stray_key_does_nothing_without_the_film(film: Page, key: str) -> None:
    """A and D are angle and distance in viewers, W is the window; they do nothing at all."""
    requests: list[str] = []
    film.on("request", lambda request: requests.append(request.method))
    film.evaluate("document.activeElement.blur()")
    film.keyboard.press(key)
    film.locator("[data-image-area]").focus()
    for viewer_key in "adw":
        film.keyboard.press(viewer_key)
    film.wait_for_timeout(300)
    assert "POST" not in requests
    expect(film.locator("[data-invert]")).to_have_attribute("aria-pressed", "false")


def test_alt_acts_from_a_note(film: Page) -> None:
    film.get_by_role("textbox", name="Note").fill("Left.")
    film.keyboard.press("Alt+i")
    expect(film.locator("[data-invert]")).to_have_attribute("aria-pressed", "true")
    film.keyboard.press("Escape")
    assert film.evaluate(FOCUS_ON_FILM)


@pytest.mark.parametrize("width", [390, 1440])
def test_each_finding_is_on_one_line(doctor: Page, phantoms: list[Path], width: int) -> None:
    doctor.set_viewport_size({"width": width, "height": 900})
    upload_and_open(doctor, phantoms[0])
    labels = doctor.locator(".findings button")
    expect(labels).to_have_count(4)
    for label in labels.all():
        lines = label.evaluate(
            "label => { const range = document.createRange();"
            " range.selectNodeContents(label.firstChild);"
            " return new Set([...range.getClientRects()].map((line) => line.top)).size; }"
        )
        assert lines == 1, label.inner_text()
