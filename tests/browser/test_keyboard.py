"""Keys can be changed and switched off (WCAG 2.1.4), and stay so in this browser."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_journey import upload_and_open

PRESSED = "aria-pressed"


def test_a_key_is_changed_and_the_old_one_is_free(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[0])
    invert, film = doctor.locator("[data-invert]"), doctor.locator("[data-image-area]")
    doctor.keyboard.press("?")
    doctor.get_by_role("textbox", name="Invert").fill("x")
    clash = doctor.get_by_role("textbox", name="Saliency map")
    clash.fill("x")
    message = clash.evaluate("field => field.validationMessage")
    assert message == "X is the key of “Invert”."
    doctor.keyboard.press("Escape")
    doctor.reload()
    film.focus()
    doctor.keyboard.press("i")
    expect(invert).to_have_attribute(PRESSED, "false")
    doctor.keyboard.press("x")
    expect(invert).to_have_attribute(PRESSED, "true")
    doctor.keyboard.press("h")
    expect(doctor.locator("[data-saliency-toggle]")).to_have_attribute(PRESSED, "true")
    doctor.keyboard.press("?")
    doctor.get_by_role("button", name="Standard keys").click()
    expect(doctor.locator("[data-key-of=invert]")).to_have_value("I")


def test_keys_are_switched_off(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[0])
    doctor.get_by_role("button", name="Keyboard shortcuts").click()
    doctor.get_by_label("Keys without Alt").uncheck()
    doctor.keyboard.press("Escape")
    doctor.reload()
    doctor.locator("[data-image-area]").focus()
    invert = doctor.locator("[data-invert]")
    doctor.keyboard.press("i")
    expect(invert).to_have_attribute(PRESSED, "false")
    doctor.keyboard.press("Alt+i")
    expect(invert).to_have_attribute(PRESSED, "true")


def test_arrows_move_the_enlarged_film(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[0])
    layers = doctor.locator("[data-image-layers]")
    doctor.keyboard.press("ArrowLeft")
    expect(layers).to_have_attribute("style", "transform: translate(0px, 0px) scale(1);")
    for key in ("+", "+", "ArrowLeft", "ArrowUp"):
        doctor.keyboard.press(key)
    expect(layers).to_have_attribute("style", "transform: translate(48px, 48px) scale(1.5625);")
