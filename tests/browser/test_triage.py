"""The worklist puts first what is due first, counts, and tells what is new, without a reload."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contracts.api import PAGE_SIZE
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload
from tests.running_system import RunningSystem

TO_REVIEW = "/worklist?filter=to_review"
ROWS = "[data-radiograph-list] > .row"
# The page asks every 15 seconds.
NEWS_TIMEOUT_MS = 40_000
ROWS_ON_A_SCREEN = 25


@pytest.fixture
def worklist(doctor: Page, phantoms: list[Path], system: RunningSystem) -> Iterator[Page]:
    """What is to review after an upload of three phantoms."""
    for row in upload(doctor, phantoms).values():
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    doctor.get_by_role("link", name="Worklist", exact=True).click()
    doctor.wait_for_url(f"{system.url}{TO_REVIEW}")
    yield doctor


def read_count(page: Page, name: str) -> int:
    return int(page.locator(f"#count-{name}").inner_text())


def test_pneumonia_is_first_and_the_tabs_count(worklist: Page, tmp_path: Path) -> None:
    expect(worklist.locator(ROWS).first.locator(".status")).to_have_class(
        re.compile("status-pneumonia")
    )
    expect(worklist.locator(ROWS).first).to_contain_text(re.compile(r"waits \d+ (s|min)"))
    assert worklist.locator(ROWS).count() == min(PAGE_SIZE, read_count(worklist, "to_review"))
    for name in ("pneumonia", "no_pneumonia", "uncertain", "not_assessed", "rejected"):
        worklist.goto(re.sub("filter=.*", f"filter={name}", worklist.url))
        assert worklist.locator(ROWS).count() == min(PAGE_SIZE, read_count(worklist, name))
    worklist.screenshot(path=tmp_path / "tabs.png")


def test_a_new_film_is_told_and_moves_no_row(
    worklist: Page, phantoms: list[Path], system: RunningSystem
) -> None:
    names = worklist.locator(f"{ROWS} .name").all_inner_texts()
    count = read_count(worklist, "to_review")
    polls: list[str] = []
    worklist.on("request", lambda request: polls.append(request.url))
    other = worklist.context.new_page()
    other.goto(system.url)
    for row in upload(other, phantoms[:1]).values():
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    other.close()
    news = worklist.get_by_role("status").filter(has_text="1 new X-ray")
    expect(news).to_be_visible(timeout=NEWS_TIMEOUT_MS)
    assert read_count(worklist, "to_review") == count + 1
    assert worklist.locator(f"{ROWS} .name").all_inner_texts() == names
    assert len([url for url in polls if "/rows?" in url]) <= 4
    news.get_by_role("link", name="Show").click()
    expect(worklist.locator(ROWS)).to_have_count(min(PAGE_SIZE, count + 1))
    expect(worklist.get_by_text("new X-ray")).to_have_count(0)


def test_days_limit_a_tab_and_refused_days_say_why(worklist: Page) -> None:
    today = worklist.evaluate("new Date().toLocaleDateString('sv')")
    worklist.get_by_label("From", exact=True).fill(today)
    worklist.get_by_role("button", name="Show days").click()
    worklist.wait_for_url(f"**{TO_REVIEW.replace('?', '?**')}*from={today}*")
    count = read_count(worklist, "to_review")
    assert worklist.locator(ROWS).count() == min(PAGE_SIZE, count) > 0
    worklist.get_by_role("link", name=re.compile("^Pneumonia")).click()
    worklist.wait_for_url(f"**filter=pneumonia&from={today}*")
    worklist.locator(f"{ROWS} .name").first.click()
    worklist.wait_for_url(f"**/radiographs/*from={today}*")
    worklist.go_back()
    worklist.get_by_label("to", exact=True).fill("2020-01-31")
    worklist.get_by_role("button", name="Show days").click()
    expect(worklist.get_by_role("alert").filter(has_text="after the last day")).to_be_visible()
    worklist.get_by_label("From", exact=True).fill("2020-01-01")
    worklist.get_by_role("button", name="Show days").click()
    expect(worklist.locator(".empty-list")).to_contain_text("None from these days.")
    worklist.get_by_role("link", name="All days").first.click()
    worklist.wait_for_url("**/worklist?filter=pneumonia")


def test_the_compact_list_is_remembered(worklist: Page, tmp_path: Path) -> None:
    button = worklist.get_by_role("button", name="Compact")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    worklist.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    boxes = [row.bounding_box() for row in worklist.locator(ROWS).all()]
    tops = [box["y"] for box in boxes if box]
    room = 900 - tops[0]
    assert room / (tops[1] - tops[0]) >= ROWS_ON_A_SCREEN
    worklist.screenshot(path=tmp_path / "compact.png")
    worklist.set_viewport_size({"width": 390, "height": 844})
    expect(button).to_be_hidden()
    assert worklist.evaluate("document.documentElement.scrollWidth") == 390
