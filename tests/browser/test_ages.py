"""The age: one drop's only, shown in rows, and corrected on the film's page."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contracts import texts
from contracts.answers import Caution
from tests.browser.test_journey import ANSWER, TIMEOUT_MS, upload, upload_and_open

UNKNOWN = texts.CAUTIONS[Caution.AGE_UNKNOWN]


def test_the_age_is_that_of_one_drop(doctor: Page, phantoms: list[Path]) -> None:
    box = doctor.get_by_label("Age in years")
    box.fill("4")
    [first] = upload(doctor, [phantoms[0]]).values()
    expect(first).to_contain_text("4 years")
    expect(box).to_have_value("")
    [second] = upload(doctor, [phantoms[1]]).values()
    for row, age in ((first, "4 years"), (second, "age unknown")):
        expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
        expect(row).to_contain_text(age)
    expect(first).not_to_contain_text(UNKNOWN)
    expect(second).to_contain_text(UNKNOWN)


def test_a_refused_age_is_named_and_the_file_is_sent_once_it_is_mended(
    doctor: Page, phantoms: list[Path]
) -> None:
    box = doctor.get_by_label("Age in years")
    box.fill("130")
    [row] = upload(doctor, [phantoms[0]]).values()
    expect(row).to_contain_text("The age is in whole years, from 0 to 120.")
    box.fill("3")
    row.get_by_role("button", name="Try again").click()
    expect(row).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    expect(row).to_contain_text("3 years")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_corrected_age_changes_the_answer(
    doctor: Page, phantoms: list[Path], *, has_scripts: bool
) -> None:
    upload_and_open(doctor, phantoms[0])
    main = doctor.get_by_role("main")
    expect(main).to_contain_text(UNKNOWN)
    if not has_scripts:
        doctor.route("**/htmx*.js", lambda route: route.abort())
        doctor.reload()
    doctor.get_by_label("Age in years").fill("40")
    doctor.get_by_role("button", name="Store the age").click()
    expect(main).to_contain_text("Age: 40 years, corrected")
    expect(main).to_contain_text("Not assessed")
    expect(main).not_to_contain_text(UNKNOWN)
    expect(doctor.locator("main img")).to_have_count(1)
    if has_scripts:
        expect(doctor.locator("#live-region")).to_contain_text("Age: 40 years. Not assessed")
        assert doctor.evaluate("document.activeElement.matches('[data-image-area]')")
    doctor.locator("summary", has_text="Age").click()
    doctor.get_by_label("Age in years").fill("3")
    doctor.get_by_role("button", name="Store the age").click()
    expect(main).to_contain_text(ANSWER)
    expect(main).to_contain_text("Age: 3 years, corrected")


def test_the_findings_are_in_view_beside_the_caution(doctor: Page, phantoms: list[Path]) -> None:
    """On a screen of 1440 x 900, without scrolling past what the page says of the answer."""
    upload_and_open(doctor, phantoms[0])
    expect(doctor.get_by_role("main")).to_contain_text(UNKNOWN)
    steps = doctor.locator(".neighbours").bounding_box()
    assert steps
    for finding in ("Pneumonia", "No pneumonia", "Cannot tell", "Other, not pneumonia"):
        button = doctor.locator(".reviews").get_by_role("button", name=finding, exact=True)
        box = button.bounding_box()
        assert box and box["y"] + box["height"] <= steps["y"], finding
