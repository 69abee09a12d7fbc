"""A drop of many files: their order, the total, folders, system files, cancel, and the line."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_image, encode_png_with_comment
from tests.browser.test_journey import TIMEOUT_MS

DROP_TIMEOUT_MS = 120_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """30 files, of which one is no X-ray and one no picture, among files of the system."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("study")
    chest = Image.fromarray(draw_phantom()).resize((320, 240))
    for number in range(3, 31):
        (folder / f"film {number}.png").write_bytes(encode_png_with_comment(chest, str(number)))
    (folder / "film 1.txt").write_text("The patient coughs.")
    (folder / "film 2.png").write_bytes(encode_image(Image.new("L", (300, 300), 90)))
    for name in (".DS_Store", "Thumbs.db", "DICOMDIR"):
        (folder / name).write_bytes(b"any")
    (folder / "more").mkdir()
    (folder / "more" / "._film 1.png").write_bytes(b"any")
    return folder


def choose(page: Page, folder: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(folder)


def names(page: Page) -> list[str]:
    return page.locator("[data-uploads] > li .name").all_inner_texts()


def test_a_folder_of_30_is_answered_in_order_and_pneumonia_comes_to_the_top(
    doctor: Page, folder: Path
) -> None:
    requests: list[str] = []
    doctor.on("request", lambda request: requests.append(request.post_data or ""))
    choose(doctor, folder)
    expect(doctor.locator("[data-passed-over]")).to_contain_text("Passed over: 4 files")
    expect(doctor.locator("[data-passed-over]")).to_contain_text("DICOMDIR")
    assert names(doctor) == ["film 1.txt", *(f"film {number}.png" for number in range(2, 31))]
    total = doctor.locator("[data-total-text]")
    expect(total).to_contain_text(re.compile(r"^\d+ of 30 answered"))
    expect(total).to_contain_text("30 of 30 answered", timeout=DROP_TIMEOUT_MS)
    expect(total).to_contain_text("1 not read")
    expect(doctor.locator("#live-region")).to_contain_text("30 of 30 answered")
    sent = [re.findall(r"file_name=film\+(\d+)", request) for request in requests]
    # A request that failed is sent again, so only the first of each file counts.
    first = dict.fromkeys(int(number) for [number] in filter(None, sent))
    assert list(first) == list(range(1, 31))
    kinds = doctor.locator("[data-uploads] > li .status").evaluate_all(
        "all => all.map((status) => status.classList[1].replace('status-', ''))"
    )
    order = ["pneumonia", "uncertain", "not_assessed", "rejected", "no_pneumonia"]
    assert kinds == sorted(kinds, key=order.index)
    assert (len(kinds), kinds[-2:] != ["pneumonia"] * 2) == (30, True)
    assert names(doctor)[:2] != ["film 1.txt", "film 2.png"]


def test_the_total_appears_together_with_the_rows(doctor: Page) -> None:
    """A line that comes later moves the buttons below it under a click."""
    doctor.route("**/uploads", lambda route: None)
    is_hidden = doctor.evaluate(
        """async () => {
            const input = document.querySelector("[data-file-input]");
            const files = new DataTransfer();
            for (const name of ["a.png", "b.png"]) files.items.add(new File(["x"], name));
            input.files = files.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
            await Promise.resolve();
            return document.querySelector("[data-upload-total]").hidden;
        }"""
    )
    expect(doctor.locator("[data-uploads] > li")).to_have_count(2)
    assert not is_hidden


def test_what_is_not_sent_is_cancelled_and_tried_again(doctor: Page, folder: Path) -> None:
    files = sorted(folder.glob("*.png"))[:6]
    doctor.route("**/uploads", lambda route: None)
    doctor.locator("[data-file-input]").set_input_files(files)
    rows = doctor.locator("[data-uploads] > li")
    for row in (rows.nth(0), rows.nth(5)):
        row.get_by_role("button", name="Cancel").click()
        expect(row).to_contain_text("You have cancelled it. The file is not stored.")
        expect(row).to_be_focused()
    doctor.get_by_role("button", name="Cancel all that is not sent").click()
    expect(doctor.locator("[data-total-text]")).to_contain_text("0 of 6 answered, 6 not sent")
    doctor.unroute("**/uploads")
    doctor.get_by_role("button", name="Try all again").click()
    expect(doctor.locator("[data-total-text]")).to_contain_text(
        "6 of 6 answered", timeout=DROP_TIMEOUT_MS
    )


def test_what_the_line_lost_is_sent_once_it_is_back(doctor: Page, folder: Path) -> None:
    doctor.context.set_offline(True)
    doctor.locator("[data-file-input]").set_input_files(sorted(folder.glob("*.png"))[:4])
    row = doctor.locator("[data-uploads] > li").first
    expect(row).to_contain_text("it is sent once the line is back")
    doctor.context.set_offline(False)
    expect(doctor.locator("[data-total-text]")).to_contain_text(
        "4 of 4 answered", timeout=DROP_TIMEOUT_MS
    )


def test_a_server_that_is_away_is_tried_again(doctor: Page, folder: Path) -> None:
    """The browser is online all the time, so no event tells the page."""
    doctor.route("**/uploads", lambda route: route.abort())
    doctor.locator("[data-file-input]").set_input_files(next(folder.glob("*.png")))
    row = doctor.locator("[data-uploads] > li")
    expect(row).to_contain_text("it is sent once the line is back")
    doctor.unroute("**/uploads")
    expect(row.locator("a.name")).to_be_visible(timeout=TIMEOUT_MS)


def test_system_files_alone_send_nothing(doctor: Page, folder: Path) -> None:
    doctor.locator("[data-file-input]").set_input_files(folder / ".DS_Store")
    expect(doctor.locator("[data-passed-over]")).to_have_text(
        re.compile(r"Passed over: 1 file of the operating system or an index \(.\.DS_Store.\)\.")
    )
    expect(doctor.locator("[data-uploads] > li")).to_have_count(0)


def test_30_rows_that_wait_are_asked_for_by_one_request_each_time(
    doctor: Page, folder: Path
) -> None:
    """The first requests find no answer, so all rows wait. None asks for itself."""
    asked: list[list[str]] = []
    paths: list[str] = []

    def answer_nothing(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        asked.append(query["screening"][0].split(","))
        route.fulfill(body="", content_type="text/html")

    doctor.route("**/rows?*", answer_nothing)
    files = [path for path in sorted(folder.iterdir()) if path.suffix in (".png", ".txt")]
    doctor.locator("[data-file-input]").set_input_files(files)
    rows = doctor.locator("[data-uploads] > [data-waits-for=screening]")
    expect(rows).to_have_count(30, timeout=DROP_TIMEOUT_MS)
    expect(rows.first).to_contain_text("This takes longer than usual", timeout=TIMEOUT_MS)
    doctor.on("request", lambda request: paths.append(urlsplit(request.url).path))
    asked.clear()
    doctor.wait_for_timeout(4000)
    assert 1 <= len(asked) <= 5
    assert {len(set(ids)) for ids in asked} == {30}
    assert set(paths) == {"/rows"}
    assert len(paths) == len(asked)
    doctor.unroute("**/rows?*")
    expect(doctor.locator("[data-total-text]")).to_contain_text(
        "30 of 30 answered", timeout=DROP_TIMEOUT_MS
    )
    expect(doctor.locator("[data-waits-for]")).to_have_count(0)
    paths.clear()
    doctor.wait_for_timeout(2500)
    assert paths == []


def test_rows_are_asked_for_less_often_while_the_server_is_away(doctor: Page, folder: Path) -> None:
    asked: list[str] = []

    def abort(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    doctor.route("**/rows?*", abort)
    doctor.locator("[data-file-input]").set_input_files(next(folder.glob("*.png")))
    notice = doctor.get_by_role("alert")
    expect(notice).to_contain_text("this page keeps trying", timeout=TIMEOUT_MS)
    doctor.wait_for_timeout(5000)
    assert len(asked) <= 4
    doctor.unroute("**/rows?*")
    expect(doctor.locator("[data-uploads] > li .status")).not_to_have_class(
        re.compile("status-pending"), timeout=TIMEOUT_MS
    )
    expect(notice).to_have_text("")
