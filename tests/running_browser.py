"""A real Chromium for all tests of a process, which can have one only."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from local.cli.browser import find_browser

# A container has a small /dev/shm, and no user namespaces for the sandbox.
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=_OPTIONS)
        yield chromium
        chromium.close()
