"""Nothing moves on a phone while a page loads: what comes later has its place before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import log_in
from tests.browser.test_comparison import read_id, screen, write
from tests.browser.test_journey import TIMEOUT_MS
from tests.running_system import RunningSystem

OBSERVE = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value, sources }) =>
  [value, ...sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 200))])))
  .observe({ type: "layout-shift", buffered: true });"""
# Web Vitals call 0.1 good; here a line of text that moves by itself would be 0.01 and more.
MAX_SHIFT = 0.005


@pytest.fixture
def phone(browser: Browser, system: RunningSystem) -> Iterator[Page]:
    """A page of a doctor on a slow line, so that the page is painted before its scripts run."""
    context = browser.new_context(
        viewport={"width": 412, "height": 823}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    log_in(page, system, "doctor@north.example")
    line = {"offline": False, "latency": 150, "downloadThroughput": 1e6, "uploadThroughput": 1e6}
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
    page.add_init_script(OBSERVE)
    yield page
    context.close()


def read_shift(page: Page) -> float:
    shifts = page.evaluate("shifts")
    print(shifts)
    return float(sum(value for value, *_ in shifts))


@pytest.mark.parametrize("path", ["/", "/worklist"])
def test_a_list_stays_where_it_is(phone: Page, system: RunningSystem, path: str) -> None:
    phone.goto(f"{system.url}{path}")
    expect(phone.locator("[data-theme-toggle]")).to_be_visible()
    expect(phone.locator("[data-needs-script]")).to_have_count(0)
    assert read_shift(phone) < MAX_SHIFT


def test_late_samples_have_their_place(phone: Page, system: RunningSystem) -> None:
    requests: list[Route] = []
    phone.route("**/samples/", lambda route: requests.append(route))
    phone.goto(system.url)
    hint = phone.locator("[data-uploads-hint]")
    expect(hint).to_be_visible()
    place = hint.bounding_box()
    samples = [{"name": f"{number}.png", "url": f"/samples/{number}.png"} for number in range(20)]
    requests[0].fulfill(json=samples)
    expect(phone.locator("[data-samples] button")).to_have_count(20)
    assert hint.bounding_box() == place
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert read_shift(phone) < MAX_SHIFT


def test_one_film_and_two_films_stay_where_they_are(phone: Page, tmp_path: Path) -> None:
    addresses = [
        screen(phone, write(tmp_path, name, seed=seed, study=study, patient="SHIFT-1"))
        for name, seed, study in (("one", 6, "20240105"), ("two", 7, "20240301"))
    ]
    for address in (addresses[0], f"{addresses[0]}/compare/{read_id(addresses[1])}"):
        phone.goto(address)
        for state in phone.locator("[data-film-state]").all():
            expect(state).to_contain_text("Original,", timeout=TIMEOUT_MS)
        expect(phone.locator("[data-toolbar]").first).to_be_visible()
        assert read_shift(phone) < MAX_SHIFT
