"""What doctors do, in a real browser: log in, upload, view the answer, review it, search."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import log_in
from tests.running_system import RunningSystem

ANSWER = re.compile("detected|Uncertain: needs a radiologist")
# The first answer loads the model, which takes seconds on two busy cores.
TIMEOUT_MS = 30_000


def upload(page: Page, files: Sequence[Path]) -> dict[str, Locator]:
    """The rows of the uploaded files, by file name."""
    page.locator("input[type=file]").set_input_files(files)
    return {path.name: page.locator("[data-uploads] > li", has_text=path.name) for path in files}


def upload_and_open(page: Page, path: Path) -> None:
    [row] = upload(page, [path]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    row.get_by_role("link").first.click()
    page.wait_for_url("**/radiographs/*")


def test_three_files_are_answered_without_a_reload(doctor: Page, phantoms: list[Path]) -> None:
    doctor.evaluate("window.sameDocument = true")
    for row in upload(doctor, phantoms).values():
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
        expect(row).to_contain_text(re.compile(r"\d+ %"))
        expect(row).to_contain_text("of 100 with a score like this have it")
    assert doctor.evaluate("window.sameDocument")


@pytest.mark.data
def test_three_real_files_are_answered(doctor: Page, data: Path, tmp_path: Path) -> None:
    """A JPEG with pneumonia, a PNG without, and a DICOM file outside the ages of the model."""
    from PIL import Image

    jpeg = data / "full_size" / "PNEUMONIA" / "person28_bacteria_139.jpeg"
    png = tmp_path / "normal.png"
    Image.open(data / "full_size" / "NORMAL" / "IM-0308-0001.jpeg").save(png)
    dicom = data / "dicom" / "chest" / "viral_2.dcm"
    rows = upload(doctor, [jpeg, png, dicom])
    expect(rows[jpeg.name]).to_contain_text("Pneumonia detected", timeout=TIMEOUT_MS)
    expect(rows[png.name]).to_contain_text("No pneumonia detected", timeout=TIMEOUT_MS)
    # It is of an adult.
    expect(rows[dicom.name]).to_contain_text("Not assessed", timeout=TIMEOUT_MS)
    expect(rows[dicom.name]).to_contain_text(re.compile("the patient's age|For adults"))
    expect(rows[dicom.name]).to_contain_text("DICOM")


def test_the_radiograph_page_shows_the_whole_answer(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[0])
    main = doctor.get_by_role("main")
    for text in ("phantom.png", ANSWER, re.compile(r"\d+ %"), "Where 20 of 100", "joint-"):
        expect(main).to_contain_text(text)
    expect(main).to_contain_text(re.compile(r"Analysed by\s*CPU model, \d+\.\d s"))
    images = doctor.locator("main img")
    expect(images).to_have_count(2)
    for image in images.all():
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") > 0


def test_keys_toggle_the_saliency_map_and_review(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[1])
    saliency_map = doctor.locator("main img").nth(1)
    expect(saliency_map).to_be_hidden()
    doctor.keyboard.press("h")
    expect(saliency_map).to_be_visible()
    expect(doctor.locator("[data-saliency-note]")).to_contain_text("above half of the saliency map")
    doctor.keyboard.press("h")
    expect(saliency_map).to_be_hidden()
    doctor.get_by_label("Then open the next film").uncheck()
    doctor.locator("[data-image-area]").focus()
    doctor.keyboard.press("p")
    expect(doctor.get_by_role("main")).to_contain_text("You: pneumonia", timeout=TIMEOUT_MS)


def test_the_worklist_shows_the_newest_first_and_finds_by_name(
    doctor: Page, phantoms: list[Path]
) -> None:
    upload_and_open(doctor, phantoms[2])
    doctor.keyboard.press("l")
    doctor.wait_for_url("**/worklist?filter=to_review")
    doctor.get_by_role("link", name="All", exact=True).click()
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
        "(it looks like a text file). Export the X-ray as one of these.", timeout=TIMEOUT_MS
    )
    expect(rows["empty.png"]).to_contain_text("The file is empty.")


def test_a_file_name_that_cannot_be_shown_is_to_be_changed(doctor: Page, tmp_path: Path) -> None:
    """The same request would be refused again, so the page offers no second try."""
    (tmp_path / "left\tright.png").write_bytes(b"any")
    upload(doctor, list(tmp_path.iterdir()))
    row = doctor.locator("[data-uploads] > li", has_text="right.png")
    expect(row).to_contain_text("Rename the file and choose it again.")
    expect(row.locator("[data-retry]")).to_be_hidden()


def test_another_site_sees_nothing_of_it(
    doctor: Page, phantoms: list[Path], browser: Browser, system: RunningSystem
) -> None:
    upload_and_open(doctor, phantoms[0])
    other_page = browser.new_context().new_page()
    log_in(other_page, system, "doctor@south.example")
    response = other_page.goto(doctor.url)
    assert response is not None
    assert response.status == 404
    other_page.context.close()


def test_the_page_fits_a_phone(doctor: Page, phantoms: list[Path]) -> None:
    doctor.set_viewport_size({"width": 390, "height": 844})
    upload_and_open(doctor, phantoms[0])
    overflow = doctor.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    expect(doctor.get_by_role("button", name="No pneumonia")).to_be_visible()
