"""A real Chromium before the running system, and a doctor who is logged in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from local.aws.cognito import PASSWORD
from local.cli.browser import find_browser
from local.cli.sample import write_samples
from tests.running_system import RunningSystem

# A container has no /dev/shm to speak of and no user namespaces for the sandbox.
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor; the test fails on any error that the page's own scripts make."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    fresh = context.new_page()
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    fresh.on(
        "console",
        lambda line: errors.append(line.text) if "Content Security" in line.text else None,
    )
    yield fresh
    context.close()
    assert errors == []


def _is_refusal(line: ConsoleMessage) -> bool:
    """Something that the page's own Content Security Policy did not let it do."""
    return "Content Security Policy" in line.text


@pytest.fixture
def doctor(page: Page, system: RunningSystem) -> Page:
    """The upload page of a doctor of siteNorth."""
    log_in(page, system, "doctor@north.example")
    return page


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A PNG, a JPEG and a DICOM file of nobody."""
    return write_samples(tmp_path_factory.mktemp("phantoms"))


def log_in(page: Page, system: RunningSystem, email: str) -> None:
    page.goto(system.url)
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url(f"{system.url}/")
