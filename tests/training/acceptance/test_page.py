"""The page states units, numbers of films and the operating point, in a narrow window too."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from contracts.sites import SiteSettings
from tests.conftest import ROOT
from training.acceptance import calibration, metrics
from training.acceptance.films import read_films
from training.acceptance.measure import measure_acceptance
from training.acceptance.page import build_page
from training.acceptance.screen_films import ScreenedFilm, read_release, screen_films


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "RESAMPLES", 20)
    monkeypatch.setattr(calibration, "_RESAMPLES", 20)


@pytest.fixture(scope="module")
def films(site: Path) -> list[ScreenedFilm]:
    return screen_films(read_films(site, split=None), read_release(ROOT / "models"))


def _measure(films: list[ScreenedFilm], **settings: Any) -> dict[str, Any]:
    card = read_release(ROOT / "models").card
    site = SiteSettings(**settings) if settings else None
    return measure_acceptance(films, card, site=site, split="all")


def test_shares_are_in_percent_with_their_numbers_of_films(films: list[ScreenedFilm]) -> None:
    page = build_page(_measure(films)).replace("\N{NO-BREAK SPACE}", " ")
    assert "<th scope=row>refused (file or image)<td class=n>14.3 % (" in page
    assert "<td class=n>2 of 14" in page
    assert "In brackets: 95 % intervals, from 1,000 bootstrap samples of patients." in page


def test_the_operating_point_of_each_population_is_stated(films: list[ScreenedFilm]) -> None:
    page = build_page(_measure(films)).replace("\N{NO-BREAK SPACE}", " ")
    card = read_release(ROOT / "models").card.children
    threshold = f"pneumonia from a probability of {card.threshold:.3f}, uncertain from"
    assert f"Model for child patients of 1 to 5 years: {threshold}" in page


def test_settings_that_change_no_answer_repeat_nothing(films: list[ScreenedFilm]) -> None:
    page = build_page(_measure(films, prevalence=0.1))
    assert page.count("<h2>Calibration") == 1
    assert "Calibration, as the card says and with the site" in page
    assert build_page(_measure(films, prevalence=0.1, offset=3.0)).count("<h2>Calibration") == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_narrow_window_and_paper(
    films: list[ScreenedFilm], browser: Browser, tmp_path: Path, scheme: Any
) -> None:
    (tmp_path / "page.html").write_text(build_page(_measure(films)))
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page.goto((tmp_path / "page.html").as_uri())
    background = "getComputedStyle(document.body).backgroundColor"
    is_dark = page.evaluate(background) != "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.emulate_media(media="print")
    # A4 in landscape without margins, in CSS pixels.
    page.set_viewport_size({"width": 1030, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 1030
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.close()
    assert is_dark == (scheme == "dark")
