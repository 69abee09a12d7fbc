"""A doctor reads the page in Spanish: its scripts too, and after a logout and a login."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from local.aws.cognito import PASSWORD
from tests.browser.test_journey import TIMEOUT_MS
from tests.browser.test_two_readers import stay_on_film
from tests.running_system import RunningSystem

ANSWER = re.compile("detect|Dudosa")


def test_a_doctor_reads_the_page_in_spanish(
    page: Page, system: RunningSystem, phantoms: list[Path], tmp_path: Path
) -> None:
    page.goto(system.url)
    page.get_by_role("form", name="Language").get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    log_in(page, system)

    page.get_by_role("link", name="Subir", exact=True).click()
    page.wait_for_url(f"{system.url}/")
    empty = tmp_path / "empty.png"
    empty.touch()
    page.locator("input[type=file]").set_input_files([phantoms[2], empty])
    rows = page.locator("[data-uploads] > li")
    expect(rows.filter(has_text="empty.png")).to_contain_text("No enviado")
    expect(rows.filter(has_text="empty.png")).to_contain_text("El archivo está vacío.")
    answered = rows.filter(has_text="phantom.dcm")
    expect(answered).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    expect(answered).to_contain_text(re.compile(r"hace \d+ s"))
    expect(page.locator("[data-total-text]")).to_contain_text("1 de 2 respondidas")

    answered.get_by_role("link").first.click()
    page.wait_for_url("**/radiographs/*")
    expect(page.locator("[data-film-state]")).to_contain_text(
        re.compile(r"Original, \d+ bits\."), timeout=TIMEOUT_MS
    )
    page.get_by_role("button", name="Ángulo").click()
    expect(page.locator("#live-region")).to_contain_text("Ángulo. Primero: un lado.")
    area = page.locator("[data-image-area]")
    for x, y in ((300, 200), (500, 300), (600, 150)):
        area.click(position={"x": x, "y": y})
    expect(page.locator(".measure-label")).to_have_text(re.compile(r"^\d+,\d°$"))

    stay_on_film(page)
    page.get_by_role("button", name="Sin neumonía").click()
    expect(page.locator("#review-list")).to_contain_text("Usted: sin neumonía")
    expect(page.locator("#live-region")).to_contain_text("Usted: sin neumonía")

    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.get_by_role("main").get_by_role("link", name="Iniciar sesión")).to_be_visible()
    log_in(page, system)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("form", name="Idioma").get_by_role("button", name="English").click()
    expect(page).to_have_url(re.compile(r"/worklist\?filter=to_review$"))
    expect(page.get_by_role("link", name="To review")).to_be_visible()


def log_in(page: Page, system: RunningSystem) -> None:
    """On the login's own page, which is in Spanish too."""
    page.get_by_role("main").get_by_role("link", name="Iniciar sesión").click()
    page.get_by_label("Dirección de correo").fill("doctor@north.example")
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Iniciar sesión").click()
    page.wait_for_url(f"{system.url}/worklist?filter=to_review")
