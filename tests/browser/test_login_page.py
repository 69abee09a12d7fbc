"""The login page of `make run` has the look of the product, and fits every screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from local.aws.cognito import PASSWORD
from tests.browser.test_accessibility import EXEMPT, FIND_SMALL
from tests.running_system import RunningSystem
from tests.ui.test_stylesheet import colours, contrast

WIDTHS = [320, 390, 768, 1440]
READ_COLOURS = """() => ['h1', 'label span', '.muted', 'button'].map((name) => {
  const element = document.querySelector(name);
  const read = (colour) => '#' + colour.match(/\\d+/g).slice(0, 3)
    .map((part) => Number(part).toString(16).padStart(2, '0')).join('');
  const style = getComputedStyle(element);
  const back = name === 'button' ? element : element.closest('.card');
  return [read(style.color), read(getComputedStyle(back).backgroundColor)];
})"""


@pytest.fixture(params=["dark", "light"])
def login_page(
    browser: Browser, system: RunningSystem, request: pytest.FixtureRequest
) -> Iterator[Page]:
    context = browser.new_context(color_scheme=request.param)
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(f"{system.url}/login/start?next=/worklist")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    yield page
    context.close()
    assert errors == []


def test_the_page_fits_every_width_and_its_texts_stand_out(login_page: Page) -> None:
    for width in WIDTHS:
        login_page.set_viewport_size({"width": width, "height": 640})
        assert login_page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
        assert login_page.evaluate(FIND_SMALL, EXEMPT) == [], width
        footer = login_page.get_by_role("contentinfo").bounding_box()
        assert footer is not None and footer["height"] < 60, width
    for text, background in login_page.evaluate(READ_COLOURS):
        assert contrast(text, background) >= 4.5


def test_the_page_has_the_colours_logo_and_name_of_the_product(login_page: Page) -> None:
    is_light = login_page.evaluate("matchMedia('(prefers-color-scheme: light)').matches")
    palette = colours(0 if is_light else 1)
    [(text, surface), *_] = login_page.evaluate(READ_COLOURS)
    assert (text, surface) == (palette["text"], palette["surface"])
    expect(login_page.get_by_role("banner")).to_have_text("Chest X-ray screening")
    assert login_page.locator("img.logo").evaluate("image => image.naturalWidth") > 0
    expect(login_page).to_have_title("Log in · Chest X-ray screening")


def test_a_wrong_password_is_named_and_the_name_stays(
    login_page: Page, system: RunningSystem
) -> None:
    name, password = (login_page.get_by_label(text) for text in ("E-mail address", "Password"))
    expect(name).to_be_focused()
    name.fill("doctor@north.example")
    password.fill("wrong")
    login_page.get_by_role("button", name="Log in").click()
    expect(login_page.get_by_role("alert")).to_contain_text("is not right. Try again.")
    expect(name).to_have_value("doctor@north.example")
    expect(password).to_be_focused()
    expect(password).to_have_attribute("aria-invalid", "true")
    password.fill(PASSWORD)
    login_page.keyboard.press("Enter")
    login_page.wait_for_url(f"{system.url}/worklist")
