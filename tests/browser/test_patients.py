"""A film is known by its patient, found by the name, and administrators see who opened it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_dicom
from screening.images import build_model_input
from tests.browser.conftest import log_in
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload
from tests.running_system import RunningSystem

PATIENTS = {"IM000001.dcm": "Kovářová^Jana", "IM000002.dcm": "Okafor^Chidi"}


@pytest.fixture
def films(tmp_path: Path) -> list[Path]:
    pixels = build_model_input(draw_phantom())
    for number, (name, patient) in enumerate(PATIENTS.items()):
        tags = {"PatientName": patient, "PatientID": f"P-{number}", "PatientSex": "F"}
        dates = {"PatientBirthDate": "20200105", "StudyDate": "20240301"}
        content = encode_dicom(pixels, SpecificCharacterSet="ISO_IR 192", **tags, **dates)
        (tmp_path / name).write_bytes(content)
    return sorted(tmp_path.iterdir())


def test_a_film_is_found_by_its_patient_and_its_openings_are_recorded(
    doctor: Page, browser: Browser, system: RunningSystem, films: list[Path]
) -> None:
    for film in films:
        [row] = upload(doctor, [film]).values()
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    doctor.goto(f"{system.url}/worklist")
    names = doctor.locator("[data-radiograph-list] .name")
    expect(names.first).to_have_text("Okafor, Chidi")
    search = doctor.get_by_role("searchbox")
    search.focus()
    expect(doctor.get_by_text("Searches the X-rays of this tab")).to_be_visible()
    search.fill("jana kov")
    expect(names).to_have_text(["Kovářová, Jana"])
    expect(doctor.locator(".patient")).to_contain_text("ID P-0 · female · Study 1 Mar 2024")
    search.fill("im0000")
    expect(names).to_have_text(["Okafor, Chidi", "Kovářová, Jana"])
    names.first.click()
    doctor.wait_for_url("**/radiographs/*")
    first = doctor.url
    doctor.wait_for_load_state("networkidle")
    second = doctor.get_by_role("link", name="Next").get_attribute("href") or ""
    administrator = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    log_in(administrator, system, "admin@north.example")
    assert list_accounts(administrator, first) == 1
    assert list_accounts(administrator, system.url + second) == 0
    doctor.keyboard.press("j")
    expect(doctor.locator("h1")).to_have_text("Kovářová, Jana")
    # A film that was fetched ahead is opened by one more request, once it is shown.
    for _ in range(20):
        if list_accounts(administrator, system.url + second):
            break
        doctor.wait_for_timeout(250)
    assert list_accounts(administrator, system.url + second) == 1
    administrator.context.close()


def test_a_row_shows_the_whole_patient_at_each_width(
    doctor: Page, system: RunningSystem, films: list[Path]
) -> None:
    """The day of the study comes last but one, so it is what a line that is cut would lose."""
    [row] = upload(doctor, films[:1]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    doctor.goto(f"{system.url}/worklist")
    patient = doctor.locator("[data-radiograph-list] .patient").first
    expect(patient).to_contain_text("Study 1 Mar 2024 · IM000001.dcm")
    for width in (1440, 1024, 720, 390):
        doctor.set_viewport_size({"width": width, "height": 900})
        file = patient.evaluate("""({ lastElementChild: file, parentElement: cell }) =>
          [file.getBoundingClientRect().right, cell.getBoundingClientRect().right]""")
        assert file[0] <= file[1], width


def test_a_compact_row_of_a_patient_keeps_the_caution_about_the_age(
    doctor: Page, system: RunningSystem, tmp_path: Path
) -> None:
    """Such a row is one line, which cuts what does not fit."""
    film = tmp_path / "IM000003.dcm"
    tags = {"PatientName": "Featherstonehaugh^Bartholomew", "PatientID": "P-0123456789"}
    study = {"StudyDate": "20240301", "AccessionNumber": "A-0123456789"}
    film.write_bytes(encode_dicom(build_model_input(draw_phantom(seed=3)), **tags, **study))
    [row] = upload(doctor, [film]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    doctor.goto(f"{system.url}/worklist")
    doctor.get_by_role("button", name="Compact").click()
    row = doctor.locator("[data-radiograph-list] > li", has_text="Featherstonehaugh").first
    overhang = row.locator(".age-unknown").evaluate(
        "age => age.getBoundingClientRect().right - age.parentElement.getBoundingClientRect().right"
    )
    assert overhang <= 0


def list_accounts(administrator: Page, address: str) -> int:
    """How many other accounts have opened a film."""
    administrator.goto(address.partition("?")[0])
    administrator.get_by_role("link", name="Audit trail").click()
    expect(administrator.get_by_role("heading", name="Audit trail")).to_be_visible()
    accounts = administrator.get_by_role("table").last.locator("tbody td")
    expect(accounts.filter(has_text="You")).to_have_count(1)
    return accounts.filter(has_not_text="You").count()
