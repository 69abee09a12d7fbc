"""The ratio of heart to chest: what counts as "across", and what has no ratio."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_film_viewer import open_original, write_dicom

POINTS: tuple[list[str], ...] = ([], ["ArrowRight"] * 5, ["ArrowRight"] * 5, ["ArrowLeft"] * 20)


def measure(page: Page) -> None:
    """A heart of 5 steps in a chest of 20; "Move" ends the tool."""
    page.locator("[data-image-area]").focus()
    page.keyboard.press("t")
    for keys in POINTS:
        for key in (*keys, "Enter"):
            page.keyboard.press(key)
    page.keyboard.press("m")


def test_a_turn_of_the_film_keeps_the_ratio(doctor: Page, tmp_path: Path) -> None:
    """Also one of a film that was on its side when it was measured."""
    open_original(doctor, write_dicom(tmp_path))
    label = doctor.locator(".measure-label")
    for number in range(2):
        measure(doctor)
        ratio = re.compile(r"0\.25 \(\d+\.\d mm of \d+\.\d mm\)")
        expect(label.nth(number)).to_have_text(ratio)
        before = label.all_text_contents()
        doctor.get_by_role("button", name="Rotate").click()
        expect(label).to_have_text(before)


def test_points_above_one_another_have_no_ratio(doctor: Page, tmp_path: Path) -> None:
    open_original(doctor, write_dicom(tmp_path))
    doctor.locator("[data-image-area]").focus()
    doctor.keyboard.press("t")
    for key in ("Enter", "ArrowRight", "Enter", "ArrowUp", "Enter", "ArrowDown", "Enter"):
        doctor.keyboard.press(key)
    label = doctor.locator(".measure-label")
    expect(label).to_have_text(re.compile(r"\u2013 \(\d+\.\d mm of 0\.0 mm\)"))
