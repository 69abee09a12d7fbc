"""J and K go past the page and through a search; "back" leads to the row that was left."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from contracts.api import PAGE_SIZE
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_png_with_comment
from tests.browser.test_batches import DROP_TIMEOUT_MS
from tests.browser.test_journey import TIMEOUT_MS, upload
from tests.running_system import RunningSystem

FILMS = PAGE_SIZE + 3
FOCUS_ON_FILM = "document.activeElement.matches('[data-image-area]')"
NAME = "Kowalewski"
SOME = 10
ORIGINAL = "/original?"


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    from PIL import Image

    folder = tmp_path_factory.mktemp("films")
    chest = Image.fromarray(draw_phantom()).resize((320, 240))
    paths = [
        folder / f"{NAME} {'early' if number < SOME else 'late'} {number}.png"
        for number in range(FILMS)
    ]
    for path in paths:
        path.write_bytes(encode_png_with_comment(chest, path.name))
    return paths


@pytest.fixture(scope="module")
def uploads() -> dict[str, bool]:
    return {}


@pytest.fixture
def reader(doctor: Page, films: list[Path], uploads: dict[str, bool]) -> Iterator[Page]:
    """A doctor of a site that has more films than a page of the worklist."""
    if not uploads:
        upload(doctor, films)
        expect(doctor.locator("[data-total-text]")).to_contain_text(
            f"{FILMS} of {FILMS} answered", timeout=DROP_TIMEOUT_MS
        )
        uploads["are_done"] = True
    yield doctor


def read_name(page: Page) -> str:
    return page.locator("main h1").inner_text()


def is_film(request: Request) -> bool:
    """Whether a script fetches a page: it also fetches originals, and sends who opened a film."""
    return is_fetch(request) and not is_original(request)


def is_original(request: Request) -> bool:
    return is_fetch(request) and ORIGINAL in request.url


def is_fetch(request: Request) -> bool:
    return request.resource_type == "fetch" and request.method == "GET"


def step(page: Page, key: str) -> None:
    """The key is pressed once the film beside is there, as after a look at this one."""
    page.wait_for_load_state("networkidle")
    before = page.url  # Two films of different tests may have one name.
    page.keyboard.press(key)
    expect(page).not_to_have_url(before)
    page.wait_for_function(FOCUS_ON_FILM)


def test_j_leads_past_the_page_and_back_to_the_row(reader: Page, system: RunningSystem) -> None:
    reader.goto(f"{system.url}/worklist?filter=to_review")
    names = reader.locator("[data-radiograph-list] .name")
    expect(names).to_have_count(PAGE_SIZE)
    last = names.nth(PAGE_SIZE - 1)
    last_name = last.inner_text()
    last.click()
    reader.wait_for_url("**/radiographs/*")
    reader.evaluate("window.sameDocument = true")
    requests: list[Request] = []
    reader.wait_for_load_state("networkidle")
    reader.on("request", lambda request: requests.append(request))
    step(reader, "j")
    reader.wait_for_load_state("networkidle")
    # The film after next, with its images; the one that is shown was there before.
    after_next = reader.locator('.neighbours [data-shortcut="next"]').evaluate("link => link.href")
    assert [each.url for each in requests if is_film(each)] == [after_next]
    # Once this film's original is there, that of the film after it follows.
    expect(reader.locator("[data-film-state]")).to_contain_text("Original,", timeout=TIMEOUT_MS)
    radiograph = urlsplit(after_next).path.rpartition("/")[2]
    while not any(is_original(each) and radiograph in each.url for each in requests):
        reader.wait_for_event("request", timeout=TIMEOUT_MS)
    assert not [each for each in requests if each.resource_type == "document"]
    past = read_name(reader)
    assert reader.evaluate("window.sameDocument")
    assert "filter=to_review" in reader.url
    images = reader.locator("main img")
    assert all(image.evaluate("image => image.naturalWidth") > 0 for image in images.all())
    step(reader, "k")
    assert read_name(reader) == last_name
    step(reader, "j")
    reader.go_back()
    expect(reader.locator("main h1")).to_have_text(last_name)
    reader.go_forward()
    expect(reader.locator("main h1")).to_have_text(past)
    reader.locator("[data-image-area]").focus()
    reader.keyboard.press("Escape")
    reader.wait_for_url("**/worklist?*")
    expect(reader.locator("[data-radiograph-list] .name:focus")).to_have_text(past)
    expect(reader.get_by_role("link", name="To review")).to_have_attribute("aria-current", "page")


def test_back_from_older_finds_the_row_at_its_height(reader: Page, system: RunningSystem) -> None:
    reader.goto(f"{system.url}/worklist")
    reader.get_by_role("link", name="Older").click()
    name = reader.locator("[data-radiograph-list] .name").nth(PAGE_SIZE + 1)
    text = name.inner_text()
    name.scroll_into_view_if_needed()
    box = name.bounding_box()
    name.press("Enter")
    reader.wait_for_url("**/radiographs/*")
    for leave in (lambda: reader.locator(".back-link").click(), reader.go_back):
        leave()
        reader.wait_for_url("**/worklist?*")
        focused = reader.locator("[data-radiograph-list] .name:focus")
        expect(focused).to_have_text(text)
        after = focused.bounding_box()
        assert box is not None and after is not None
        assert abs(after["y"] - box["y"]) <= 2
        reader.go_forward() if leave == reader.go_back else reader.go_back()
        reader.wait_for_url("**/radiographs/*")


def test_j_stays_in_a_search_whose_words_are_in_no_address(
    reader: Page, system: RunningSystem
) -> None:
    urls: list[str] = []
    reader.on("request", lambda request: urls.append(request.url))
    reader.goto(f"{system.url}/worklist")
    reader.get_by_role("searchbox").fill(f"ear {NAME}")
    reader.wait_for_url("**/worklist?search=*")
    names = reader.locator("[data-radiograph-list] .name")
    expect(names.first).to_contain_text(f"{NAME} early")
    found = names.all_inner_texts()
    assert len(found) == SOME
    names.first.click()
    reader.wait_for_url("**/radiographs/*")
    walked = [read_name(reader)]
    for _ in range(2):
        step(reader, "j")
        walked.append(read_name(reader))
    assert walked == found[:3]
    reader.keyboard.press("Escape")
    reader.wait_for_url("**/worklist?*")
    expect(reader.get_by_role("searchbox")).to_have_value(f"ear {NAME}")
    expect(reader.locator("[data-radiograph-list] .name:focus")).to_have_text(walked[-1])
    assert NAME not in "".join(urls)


def test_the_uploads_stay_while_the_tab_is_open(reader: Page, films: list[Path]) -> None:
    upload(reader, films[:2])
    rows = reader.locator("[data-uploads] > [data-entry]")
    expect(rows.locator(".open-label")).to_have_count(2, timeout=DROP_TIMEOUT_MS)
    before = rows.locator(".name").all_inner_texts()
    rows.nth(1).get_by_role("link").click()
    reader.wait_for_url("**/radiographs/*")
    assert NAME not in reader.evaluate("JSON.stringify(sessionStorage)")
    reader.keyboard.press("Escape")
    expect(rows).to_have_count(2)
    assert rows.locator(".name").all_inner_texts() == before
    expect(reader.locator("[data-uploads] .name:focus")).to_have_text(before[1])
    reader.get_by_role("link", name="Worklist", exact=True).click()
    reader.get_by_role("link", name="Upload", exact=True).click()
    expect(rows).to_have_count(2)
