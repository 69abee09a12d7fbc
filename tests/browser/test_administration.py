"""An administrator follows what happened to a film, and deletes it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from local.aws.cognito import PASSWORD
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_dicom
from screening.images import build_model_input
from tests.browser.conftest import log_in
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload
from tests.running_system import RunningSystem

NAME = "Ünal, Ayşe"
COLLEAGUE = "colleague@north.example"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    tags = {"PatientName": "Ünal^Ayşe", "PatientID": "A-7"}
    pixels = build_model_input(draw_phantom(seed=11))
    path = tmp_path / "IM000007.dcm"
    path.write_bytes(encode_dicom(pixels, SpecificCharacterSet="ISO_IR 192", **tags))
    return path


def test_an_administrator_deletes_a_film_and_its_trail_stays(
    doctor: Page, browser: Browser, system: RunningSystem, film: Path
) -> None:
    [row] = upload(doctor, [film]).values()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    row.locator(".name").click()
    doctor.wait_for_url("**/radiographs/*")
    address = doctor.url.partition("?")[0]
    administrator = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    log_in(administrator, system, "admin@north.example")
    administrator.goto(f"{address}?filter=pneumonia")
    administrator.get_by_role("link", name="Audit trail").click()
    trail = administrator.get_by_role("group", name="Table of what happened").locator("tbody tr")
    expect(trail).to_have_count(3)
    expect(trail.last).to_contain_text("Analysed, age unknown: ")
    administrator.get_by_role("link", name="Back to the film").click()
    administrator.get_by_role("link", name="Delete this film").click()
    expect(administrator.get_by_text(NAME)).to_be_visible()
    administrator.get_by_label("The patient asked for it").check()
    administrator.get_by_role("button", name="Go on").click()
    administrator.get_by_role("button", name=f"Delete “{NAME}”").click()
    administrator.wait_for_url(f"{address}?filter=pneumonia")
    status = administrator.locator(".status")
    expect(status).to_contain_text("by you: the patient asked for it.")
    wait_for_removal(administrator)
    assert list_objects(system, address.rsplit("/", 1)[1]) == []
    administrator.get_by_role("link", name="Audit trail").click()
    expect(trail.last).to_contain_text("Deleted it: the patient asked for it.")
    administrator.context.close()
    check_trace(doctor, system, address)


def test_only_administrators_see_the_metrics_of_the_machine(
    doctor: Page, browser: Browser, system: RunningSystem
) -> None:
    administrator = browser.new_context().new_page()
    log_in(administrator, system, "admin@north.example")
    administrator.goto(f"{system.url}/metrics")
    # The cache is filled at each start.
    expect(administrator.locator("tr", has_text="RecordsRebuilt")).to_contain_text("rebuild")
    administrator.context.close()
    doctor.goto(f"{system.url}/metrics")
    expect(doctor.get_by_text("Metrics of this machine")).to_have_count(0)


def test_an_administrator_locks_an_account_and_its_session_ends(
    doctor: Page, browser: Browser, system: RunningSystem
) -> None:
    colleague = browser.new_context().new_page()
    log_in(colleague, system, COLLEAGUE)
    administrator = browser.new_context().new_page()
    log_in(administrator, system, "admin@north.example")
    administrator.goto(f"{system.url}/people")
    row = administrator.locator(".people-list li", has_text=COLLEAGUE)
    row.get_by_role("button", name="Lock").click()
    expect(row).to_contain_text("Locked")
    try:
        colleague.goto(f"{system.url}/worklist")
        expect(colleague.locator("[data-radiograph-list]")).to_have_count(0)
        assert is_refused(colleague, system)
    finally:
        row.get_by_role("button", name="Unlock").click()
    expect(row).to_contain_text("Active")
    log_in(colleague, system, COLLEAGUE)
    doctor.goto(f"{system.url}/worklist")
    expect(doctor.get_by_role("searchbox")).to_be_visible()
    doctor.goto(f"{system.url}/people")
    expect(doctor.locator(".people-list")).to_have_count(0)
    for page in (colleague, administrator):
        page.context.close()


def test_an_invitation_gives_site_and_role(page: Page, system: RunningSystem) -> None:
    log_in(page, system, "admin@north.example")
    page.goto(f"{system.url}/settings")
    page.get_by_role("link", name="People: accounts of the site").click()
    page.get_by_label("E-mail address").fill("eve@north.example")
    page.get_by_label("Administrator: settings").check()
    page.get_by_role("button", name="Invite").click()
    row = page.locator(".people-list li", has_text="eve@north.example")
    expect(row).to_contain_text("Administrator · Invited, no login yet")
    row.get_by_role("button", name="Make doctor").click()
    expect(row).to_contain_text("Doctor ·")
    acts = page.get_by_role("group", name="Table of acts")
    expect(acts).to_contain_text("Gave eve@north.example the role doctor")
    assert not page.locator(".people-list li", has_text="south.example").count()


def is_refused(page: Page, system: RunningSystem) -> bool:
    """Whether the login takes neither the session of before nor the password."""
    page.goto(f"{system.url}/login/start")
    page.locator("input[name=username]").fill(COLLEAGUE)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    expect(page.locator("#login-error")).to_be_visible()
    return True


def wait_for_removal(administrator: Page) -> None:
    """The function that removes the files starts at its first call."""
    for _ in range(60):
        if administrator.get_by_text("None of its files is stored any more").is_visible():
            return
        administrator.wait_for_timeout(1000)
        administrator.reload()
    raise AssertionError("its files are still there")


def list_objects(system: RunningSystem, film: str) -> list[str]:
    page = system.s3.list_object_versions(Bucket="xray-pictures")
    entries = (*page.get("Versions", []), *page.get("DeleteMarkers", []))
    return [entry["Key"] for entry in entries if film in entry["Key"]]


def check_trace(doctor: Page, system: RunningSystem, address: str) -> None:
    """The doctor's list and the old address say so; no search finds the film."""
    doctor.goto(address)
    expect(doctor.get_by_role("heading", name="Deleted X-ray")).to_be_visible()
    expect(doctor.locator(".status")).to_contain_text("by an administrator")
    doctor.goto(f"{system.url}/worklist")
    row = doctor.locator(f"#row-{address.rsplit('/', 1)[1]}")
    expect(row).to_contain_text(re.compile("Deleted.*the patient asked for it", re.DOTALL))
    expect(doctor.get_by_text(NAME)).to_have_count(0)
    doctor.get_by_role("searchbox").fill("ayse")
    expect(doctor.locator("#live-region", has_text="No X-rays")).to_be_attached()
