"""The page under the prefix `/dev`, as API Gateway serves a stage that has no domain."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload_and_open
from tests.running_system import RunningSystem, start_system


@pytest.fixture(scope="module")
def staged(
    tmp_path_factory: pytest.TempPathFactory, phantoms: list[Path]
) -> Iterator[RunningSystem]:
    """A system of its own, because the prefix is part of every address."""
    samples = str(phantoms[0].parent)
    running = start_system(
        tmp_path_factory.mktemp("staged"), {"PREFIX": "/dev", "SAMPLES": samples}
    )
    yield running
    running.stop()


@pytest.fixture
def doctor(page: Page, staged: RunningSystem) -> Page:
    log_in(page, staged, "doctor@north.example")
    return page


def test_the_whole_journey_stays_under_the_prefix(
    doctor: Page, staged: RunningSystem, phantoms: list[Path]
) -> None:
    urls: list[str] = []
    doctor.on("request", lambda request: urls.append(request.url))
    upload_and_open(doctor, phantoms[0])
    expect(doctor.get_by_role("main")).to_contain_text("phantom.png")
    doctor.get_by_role("navigation").get_by_role("link", name="Worklist").click()
    expect(doctor.get_by_role("main")).to_contain_text("phantom.png")
    own_urls = [url for url in urls if url.startswith(staged.settings.origin)]
    assert own_urls
    assert [url for url in own_urls if not url.startswith(f"{staged.url}/")] == []


def test_a_sample_is_answered_under_the_prefix(doctor: Page, phantoms: list[Path]) -> None:
    doctor.get_by_role("button", name=phantoms[1].name).click()
    row = doctor.locator("[data-uploads] > li", has_text=phantoms[1].name)
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)


def test_logging_out_ends_at_the_page_that_asks_for_a_login(
    doctor: Page, staged: RunningSystem
) -> None:
    doctor.get_by_role("button", name="Log out").click()
    expect(doctor.get_by_role("link", name="Log in")).to_be_visible()
    expect(doctor).to_have_url(re.compile(rf"^{re.escape(staged.url)}/"))
