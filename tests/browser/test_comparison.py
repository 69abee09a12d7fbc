"""The films of one patient are listed beside each other, and two are compared side by side."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_dicom
from screening.images import build_model_input
from tests.browser.conftest import log_in
from tests.browser.test_accessibility import EXEMPT, FIND_SMALL
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload
from tests.running_system import RunningSystem

# No other test uploads films of these patients.
PATIENT, OTHER_PATIENT = "CMP-1", "CMP-10"


def write(folder: Path, name: str, *, seed: int, study: str, patient: str = PATIENT) -> Path:
    pixels = build_model_input(draw_phantom(seed=seed, opacity=seed % 2 == 1))
    tags = {"PatientID": patient, "PatientName": "Nilsen^Kari", "PatientAge": "003Y"}
    path = folder / f"{name}.dcm"
    path.write_bytes(encode_dicom(pixels, StudyDate=study, **tags))
    return path


def screen(page: Page, film: Path) -> str:
    """The address of the film's page."""
    [row] = upload(page, [film]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    return str(row.get_by_role("link").first.evaluate("link => link.href")).partition("?")[0]


@pytest.fixture(scope="module")
def films(
    browser: Browser, system: RunningSystem, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The addresses of two films of a patient, one of another patient and one of another site."""
    folder = tmp_path_factory.mktemp("films")
    north = {
        "first": write(folder, "first", seed=1, study="20240105"),
        "second": write(folder, "second", seed=2, study="20240301"),
        "stranger": write(folder, "stranger", seed=3, study="20240302", patient=OTHER_PATIENT),
    }
    south = {"foreign": write(folder, "foreign", seed=4, study="20240303")}
    addresses: dict[str, str] = {}
    for email, site_films in {"doctor@north.example": north, "doctor@south.example": south}.items():
        page = browser.new_context().new_page()
        log_in(page, system, email)
        addresses |= {name: screen(page, film) for name, film in site_films.items()}
        page.context.close()
    return addresses


def find_section(page: Page) -> Locator:
    return page.get_by_role("region", name="Other films of this patient")


def read_id(address: str) -> str:
    return address.rpartition("/")[2]


def open_comparison(page: Page, films: dict[str, str]) -> None:
    page.goto(films["second"])
    find_section(page).get_by_role("link", name="Compare").click()
    page.wait_for_url(f"**/compare/{read_id(films['first'])}")
    for film in page.get_by_role("article").all():
        expect(film.locator("[data-film-state]")).to_contain_text("Original,", timeout=TIMEOUT_MS)


def test_the_films_of_the_patient_come_after_the_film_and_no_others(
    doctor: Page, films: dict[str, str]
) -> None:
    order: list[str] = []
    doctor.on("response", lambda response: order.append(response.url))
    doctor.goto(films["second"])
    section = find_section(doctor)
    expect(section.get_by_role("listitem")).to_have_count(1)
    expect(section.locator(".name")).to_have_text("Study 5 Jan 2024")
    expect(section).to_contain_text("56 days earlier")
    expect(section).to_contain_text(re.compile(r"\d+ %"))
    expect(section).to_contain_text("Not reviewed")
    history = section.get_by_role("img", name="Probability of pneumonia")
    expect(history).to_have_attribute(
        "aria-label", re.compile(r"first: 5 Jan 2024 \d+ %, 1 Mar 2024 \(this film\) \d+ %\.$")
    )
    image = next(place for place, url in enumerate(order) if "rendition" in url)
    assert image < next(place for place, url in enumerate(order) if "patient-films" in url)
    doctor.goto(films["stranger"])
    expect(section).to_contain_text(f"no other film with the ID {OTHER_PATIENT} at your site")


def test_zoom_and_place_are_linked_until_they_are_switched_off(
    doctor: Page, films: dict[str, str]
) -> None:
    open_comparison(doctor, films)
    first, second = doctor.get_by_role("article").all()
    expect(first.get_by_role("heading")).to_have_text("This film: Study 1 Mar 2024")
    expect(second.get_by_role("heading")).to_have_text("Other film: Study 5 Jan 2024")
    expect(first.locator("[data-image-area]")).to_be_focused()
    doctor.keyboard.press("+")
    doctor.keyboard.press("ArrowLeft")
    expect(second.locator("[data-zoom]")).to_have_text("125 %")
    assert read_style(first) == read_style(second) != ""
    drag(doctor, second, right=-60, down=40)
    assert read_style(first) == read_style(second)
    doctor.get_by_label("Link zoom and place").uncheck()
    second.get_by_role("button", name="Zoom in").click()
    expect(first.locator("[data-zoom]")).to_have_text("125 %")
    expect(second.locator("[data-zoom]")).to_have_text("156 %")
    doctor.get_by_label("Link zoom and place").check()
    second.get_by_role("button", name="Zoom out").click()
    expect(first.locator("[data-zoom]")).to_have_text("125 %")


def test_a_key_acts_on_the_film_with_the_focus_and_windows_are_apart(
    doctor: Page, films: dict[str, str]
) -> None:
    open_comparison(doctor, films)
    first, second = doctor.get_by_role("article").all()
    second.locator("[data-image-area]").focus()
    doctor.keyboard.press("i")
    expect(second.get_by_role("button", name="Invert")).to_have_attribute("aria-pressed", "true")
    expect(first.get_by_role("button", name="Invert")).to_have_attribute("aria-pressed", "false")
    before = first.locator("[data-window-values]").text_content() or ""
    second.get_by_role("button", name="Window").click()
    drag(doctor, second, right=80, down=0)
    expect(second.locator("[data-window-preset]")).to_have_value("changed")
    expect(first.locator("[data-window-values]")).to_have_text(before)
    doctor.keyboard.press("Escape")
    doctor.keyboard.press("Escape")
    doctor.wait_for_url(films["second"])


def test_the_other_film_is_opened_by_a_comparison_and_not_by_the_list(
    doctor: Page, browser: Browser, system: RunningSystem, films: dict[str, str]
) -> None:
    """A colleague looks, who has opened neither film in other tests."""
    account = "colleague@north.example"
    colleague = browser.new_context().new_page()
    log_in(colleague, system, account)
    colleague.goto(films["second"])
    expect(find_section(colleague).get_by_role("listitem")).to_have_count(1)
    administrator = browser.new_context().new_page()
    log_in(administrator, system, "admin@north.example")
    assert account not in read_openings(administrator, films["first"])
    open_comparison(colleague, films)
    assert account in read_openings(administrator, films["first"])
    for page in (colleague, administrator):
        page.context.close()


def test_no_film_of_another_patient_or_site_is_compared(
    doctor: Page, films: dict[str, str]
) -> None:
    for name in ("stranger", "foreign"):
        response = doctor.goto(f"{films['second']}/compare/{read_id(films[name])}")
        assert response is not None
        assert response.status == 404
        expect(doctor.locator("main")).not_to_contain_text("Nilsen")


def test_without_script_two_pictures_stand_side_by_side(
    doctor: Page, browser: Browser, films: dict[str, str]
) -> None:
    storage = doctor.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=storage)
    page = context.new_page()
    page.goto(films["second"])
    find_section(page).get_by_role("link", name="Show them").click()
    page.get_by_role("link", name="Compare").click()
    boxes = [image.bounding_box() for image in page.locator("[data-image]").all()]
    assert len(boxes) == 2
    left, right = (box for box in boxes if box)
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    expect(page.get_by_label("Link zoom and place")).to_be_hidden()
    context.close()


def test_on_a_phone_one_film_is_above_the_other(phone: Page, films: dict[str, str]) -> None:
    open_comparison(phone, films)
    first, second = (film.bounding_box() for film in phone.get_by_role("article").all())
    assert first
    assert second
    assert first["x"] == second["x"]
    assert first["y"] + first["height"] <= second["y"] + 1
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(find_section(phone).get_by_role("listitem")).to_have_count(1)
    assert phone.evaluate(FIND_SMALL, EXEMPT) == []


def read_style(film: Locator) -> str:
    return film.locator("[data-image-layers]").get_attribute("style") or ""


def drag(page: Page, film: Locator, *, right: int, down: int) -> None:
    box = film.locator("[data-image-area]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=3)
    page.mouse.up()


def read_openings(administrator: Page, address: str) -> str:
    administrator.goto(f"{address}/audit")
    return administrator.locator("main section").last.inner_text()
