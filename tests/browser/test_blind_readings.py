"""A doctor reads a film of the blind sample before its answer, in a real browser."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from contracts import keys
from contracts.blind_readings import is_in_sample
from contracts.sites import SiteSettings
from local.aws.resources import FACTS_BUCKET
from reliability.api_client import ApiClient
from storage.site_settings import SiteSettingsStore
from tests.browser.conftest import log_in
from tests.browser.test_journey import ANSWER, TIMEOUT_MS
from tests.running_system import RunningSystem

SITE, EMAIL = "siteSouth", "doctor@south.example"
_AT = "2026-11-28T16:00:00.000Z"
_KEYS = (
    key for key in map(str, itertools.count()) if is_in_sample(keys.radiograph_id(SITE, key), 0.05)
)


@pytest.fixture
def blind_site(system: RunningSystem) -> Iterator[ApiClient]:
    """A doctor of a site that asks for blind readings, of 5 % of its films."""
    store = SiteSettingsStore(system.s3, FACTS_BUCKET)
    first = store.read_or_create(SITE, deployed=SiteSettings(prevalence=0.1, is_demo=True), at=_AT)
    settings = replace(first.settings, blind_share=0.05)
    blind = replace(first, number=first.number + 1, settings=settings)
    assert store.write(blind)
    yield ApiClient(system, EMAIL)
    assert store.write(replace(first, number=blind.number + 1))


def upload_blind_film(api: ApiClient, film: Path) -> str:
    """Where the screening function has read the settings before, it reads them anew in 30 s."""
    for key in itertools.islice(_KEYS, 12):
        created = api.create_radiograph(film.name, film.read_bytes(), key=key)
        api.upload(created, film.read_bytes())
        radiograph = created.radiograph.id
        while not api.is_answered(radiograph):
            api.wait_for_row(radiograph)
        view = api.fetch_radiograph(radiograph)
        if view is not None and view.is_answer_hidden:
            return radiograph
    raise AssertionError("no film became one of the sample")


def test_a_reading_comes_before_the_answer_or_the_doctor_asks_for_it(
    page: Page, system: RunningSystem, blind_site: ApiClient, phantoms: list[Path], tmp_path: Path
) -> None:
    read, shown = (upload_blind_film(blind_site, film) for film in phantoms[:2])
    log_in(page, system, EMAIL)
    page.goto(f"{system.url}/worklist?filter=to_review")
    row = page.locator(f"#row-{read}")
    expect(row).to_contain_text("Blind reading")
    expect(row).not_to_contain_text("%")
    row.get_by_role("link").first.click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Your finding, before the answer")
    expect(main).not_to_contain_text(ANSWER)
    expect(page.locator("[data-saliency-map]")).to_have_count(0)
    page.screenshot(path=tmp_path / "blind.png")
    page.locator("[data-image-area]").focus()
    page.keyboard.press("p")
    expect(main).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    assert read in page.url
    expect(page.locator("#review-list")).to_contain_text("before the answer was shown")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.screenshot(path=tmp_path / "read.png")

    page.goto(f"{system.url}/radiographs/{shown}")
    expect(main).not_to_contain_text(ANSWER)
    page.get_by_role("button", name="Show the answer without a reading").click()
    expect(main).to_contain_text(ANSWER, timeout=TIMEOUT_MS)
    page.get_by_label("Then open the next film").uncheck()
    page.get_by_role("button", name="No pneumonia").click()
    expect(page.locator("#review-list")).to_contain_text("You: no pneumonia", timeout=TIMEOUT_MS)
    expect(page.locator("#review-list")).not_to_contain_text("before the answer was shown")
