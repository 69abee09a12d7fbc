"""An administrator changes the settings of the site and undoes it; a doctor sees them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.running_system import RunningSystem


@pytest.fixture
def administrator(page: Page, system: RunningSystem) -> Page:
    log_in(page, system, "admin@north.example")
    return page


def test_a_change_is_stored_and_undone(administrator: Page) -> None:
    administrator.get_by_role("link", name="Site", exact=True).click()
    main = administrator.get_by_role("main")
    expect(main).to_contain_text("Demo prevalence 20 %")
    administrator.get_by_label("Prevalence in per cent").fill("7.5")
    administrator.get_by_label("Show it with a caution").check()
    administrator.get_by_label("Readings before the answer is shown").fill("2.5")
    administrator.get_by_label("Reviewed films of this site may train models").check()
    administrator.get_by_label("Reason").fill("Winter")
    administrator.get_by_role("button", name="Store as version").click()
    expect(main).to_contain_text("7.5 % of the X-rays show pneumonia")
    expect(main).not_to_contain_text("Demo prevalence")
    expect(administrator.locator(".setting-list")).to_contain_text("2.5 % of the X-rays")
    expect(administrator.get_by_label("Reviewed films of this site")).to_be_checked()
    expect(administrator.get_by_role("row").nth(1)).to_contain_text("Winter")
    expect(administrator.get_by_role("row").nth(1)).to_contain_text("You")
    administrator.get_by_role("button", name="Undo the last change").click()
    expect(main).to_contain_text("Demo prevalence 20 %")
    expect(administrator.get_by_label("Withhold it")).to_be_checked()
    expect(administrator.get_by_label("Reviewed films of this site")).not_to_be_checked()


def test_each_field_has_a_name(administrator: Page, system: RunningSystem) -> None:
    administrator.goto(f"{system.url}/settings")
    fields = administrator.locator(".settings-form").get_by_role("textbox")
    numbers = administrator.locator(".settings-form").get_by_role("spinbutton")
    assert (fields.count(), numbers.count()) == (1, 4)
    for name in (
        "Prevalence in per cent",
        "Slope",
        "Offset",
        "Readings before the answer",
        "Reason",
    ):
        expect(administrator.get_by_label(name)).to_be_visible()


def test_the_page_of_the_model_says_that_the_prevalence_is_a_demo(
    doctor: Page, system: RunningSystem
) -> None:
    doctor.goto(f"{system.url}/model")
    expect(doctor.get_by_role("main")).to_contain_text("Demo prevalence 20 %")
    expect(doctor.get_by_role("link", name="Site", exact=True)).to_have_count(0)
