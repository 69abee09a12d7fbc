"""A real Chromium in front of the running system, and a doctor who is logged in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from local.aws.cognito import PASSWORD
from local.cli.sample import write_samples
from tests.running_system import RunningSystem


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor; the test fails if a script of the page raises an error, or if the
    Content Security Policy blocks anything.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    new_page = context.new_page()
    errors: list[str] = []

    def add_policy_violation(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    new_page.on("pageerror", lambda error: errors.append(str(error)))
    new_page.on("console", add_policy_violation)
    yield new_page
    context.close()
    assert errors == []


@pytest.fixture
def doctor(page: Page, system: RunningSystem) -> Page:
    """The upload page of a doctor of siteNorth."""
    log_in(page, system, "doctor@north.example")
    return page


@pytest.fixture
def phone(browser: Browser, system: RunningSystem) -> Iterator[Page]:
    """The upload page of a doctor of siteNorth on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    log_in(page, system, "doctor@north.example")
    yield page
    context.close()


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Synthetic X-rays: a PNG, a JPEG and a DICOM file."""
    return write_samples(tmp_path_factory.mktemp("phantoms"))


def log_in(page: Page, system: RunningSystem, email: str) -> None:
    """Leads to the upload page, one click away from what is to review."""
    page.goto(system.url)
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url(f"{system.url}/worklist?filter=to_review")
    page.get_by_role("link", name="Upload", exact=True).click()
    page.wait_for_url(f"{system.url}/")
