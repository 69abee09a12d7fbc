"""What a doctor does, in a real browser: log in, upload, read, look, review, find again."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import log_in
from tests.running_system import RunningSystem

ANSWER = re.compile("detected|Uncertain: needs a radiologist")
# A first answer loads the model; on two busy cores that takes its time.
PATIENCE_MS = 30_000


def upload(page: Page, files: Sequence[Path]) -> dict[str, Locator]:
    """The rows of the uploaded files, by file name."""
    page.locator("input[type=file]").set_input_files(files)
    return {path.name: page.locator("[data-uploads] > li", has_text=path.name) for path in files}


def open_one(page: Page, path: Path) -> None:
    [row] = upload(page, [path]).values()
    expect(row).to_contain_text(ANSWER, timeout=PATIENCE_MS)
    row.get_by_role("link").first.click()
    page.wait_for_url("**/radiographs/*")


def test_three_files_are_answered_without_a_reload(doctor: Page, phantoms: list[Path]) -> None:
    doctor.evaluate("window.sameDocument = true")
    for row in upload(doctor, phantoms).values():
        expect(row).to_contain_text(ANSWER, timeout=PATIENCE_MS)
        expect(row).to_contain_text(re.compile(r"\d+ %"))
        expect(row).to_contain_text("Of 100 validation X-rays")
    assert doctor.evaluate("window.sameDocument")


@pytest.mark.data
def test_three_real_files_are_answered(doctor: Page, data: Path, tmp_path: Path) -> None:
    """A JPEG, the same set's other class as PNG, and a DICOM file."""
    from PIL import Image

    jpeg = data / "full_size" / "PNEUMONIA" / "person28_bacteria_139.jpeg"
    png = tmp_path / "normal.png"
    Image.open(data / "full_size" / "NORMAL" / "IM-0308-0001.jpeg").save(png)
    dicom = data / "dicom" / "chest" / "viral_2.dcm"
    rows = upload(doctor, [jpeg, png, dicom])
    expect(rows[jpeg.name]).to_contain_text("Pneumonia detected", timeout=PATIENCE_MS)
    expect(rows[png.name]).to_contain_text("No pneumonia detected", timeout=PATIENCE_MS)
    expect(rows[dicom.name]).to_contain_text(ANSWER, timeout=PATIENCE_MS)
    expect(rows[dicom.name]).to_contain_text("DICOM")


def test_the_radiograph_page_tells_all(doctor: Page, phantoms: list[Path]) -> None:
    open_one(doctor, phantoms[0])
    main = doctor.get_by_role("main")
    for told in ("phantom.png", ANSWER, re.compile(r"\d+ %"), "where 74 of 100", "default-"):
        expect(main).to_contain_text(told)
    expect(main).to_contain_text(re.compile(r"CPU model, \d+\.\d s"))
    pictures = doctor.locator("main img")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("picture => picture.naturalWidth") > 0


def test_keys_toggle_the_map_and_review(doctor: Page, phantoms: list[Path]) -> None:
    open_one(doctor, phantoms[1])
    attention = doctor.locator("main img").nth(1)
    expect(attention).to_be_visible()
    doctor.keyboard.press("h")
    expect(attention).to_have_css("opacity", "0")
    doctor.keyboard.press("a")
    expect(doctor.get_by_role("main")).to_contain_text("agreed", timeout=PATIENCE_MS)


def test_the_worklist_shows_the_newest_first_and_finds_by_name(
    doctor: Page, phantoms: list[Path]
) -> None:
    open_one(doctor, phantoms[2])
    doctor.keyboard.press("w")
    doctor.wait_for_url("**/worklist")
    expect(doctor.locator("main li").first).to_contain_text("phantom.dcm")
    doctor.get_by_role("searchbox").fill("opacity")
    doctor.get_by_role("searchbox").press("Enter")
    expect(doctor.locator("main li").first).to_contain_text("phantom-opacity.jpeg")
    assert "opacity" not in doctor.url


def test_a_bad_file_says_what_to_do(doctor: Page, tmp_path: Path) -> None:
    (tmp_path / "renamed.jpg").write_text("The patient coughs.")
    (tmp_path / "empty.png").touch()
    rows = upload(doctor, sorted(tmp_path.iterdir()))
    expect(rows["renamed.jpg"]).to_contain_text(
        "(it looks like a text file). Export the X-ray as one of these.", timeout=PATIENCE_MS
    )
    expect(rows["empty.png"]).to_contain_text("The file is empty.")


def test_another_site_sees_nothing_of_it(
    doctor: Page, phantoms: list[Path], browser: Browser, system: RunningSystem
) -> None:
    open_one(doctor, phantoms[0])
    stranger = browser.new_context().new_page()
    log_in(stranger, system, "doctor@south.example")
    answer = stranger.goto(doctor.url)
    assert answer is not None
    assert answer.status == 404
    stranger.context.close()


def test_the_page_fits_a_phone(doctor: Page, phantoms: list[Path]) -> None:
    doctor.set_viewport_size({"width": 390, "height": 844})
    open_one(doctor, phantoms[0])
    wider = doctor.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0
    expect(doctor.get_by_role("button", name="Agree", exact=False).first).to_be_visible()
