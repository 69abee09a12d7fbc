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
    with doctor.expect_response("**/openings"):
        doctor.keyboard.press("j")
    expect(doctor.locator("h1")).to_have_text("Kovářová, Jana")
    assert list_accounts(administrator, system.url + second) == 1
    administrator.context.close()


def list_accounts(administrator: Page, address: str) -> int:
    """How many other accounts have opened a film."""
    administrator.goto(address.partition("?")[0])
    administrator.get_by_role("link", name="Audit trail").click()
    expect(administrator.get_by_role("heading", name="Audit trail")).to_be_visible()
    accounts = administrator.get_by_role("table").last.locator("tbody td")
    expect(accounts.filter(has_text="You")).to_have_count(1)
    return accounts.filter(has_not_text="You").count()
