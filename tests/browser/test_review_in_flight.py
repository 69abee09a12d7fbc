"""The next film waits for a review that is being sent: its error and its Undo are of this film."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_reviews import film, stay

__all__ = ["film"]

PAUSE_MS = 500


def review_and_step(page: Page) -> tuple[str, Route]:
    """Presses N and J at once: the name of the film that is reviewed, and the review on its way."""
    routes: list[Route] = []
    page.route("**/reviews?*", lambda route: routes.append(route))
    name = page.locator("h1").inner_text()
    page.locator("[data-image-area]").focus()
    page.keyboard.press("n")
    page.keyboard.press("j")
    page.wait_for_timeout(PAUSE_MS)
    expect(page.locator("h1")).to_have_text(name)
    [route] = routes
    return name, route


@pytest.mark.parametrize("status", [503, None])
def test_a_review_that_fails_keeps_its_film_and_says_so(film: Page, status: int | None) -> None:
    """Without a status, the line is lost; the other error is one of a gateway."""
    name, route = review_and_step(film)
    if status:
        route.fulfill(status=status)
    else:
        route.abort()
    expect(film.locator("#notice")).to_contain_text("What you sent may not be stored")
    film.wait_for_timeout(PAUSE_MS)
    expect(film.locator("h1")).to_have_text(name)


def test_a_review_that_is_stored_late_has_its_undo_on_the_next_film(film: Page) -> None:
    name, route = review_and_step(film)
    route.continue_()
    expect(film.locator("h1")).not_to_have_text(name)
    expect(film.locator("[data-undo-before]")).to_contain_text("no pneumonia")


def test_the_step_follows_where_a_review_opens_no_film(film: Page) -> None:
    stay(film)
    name, route = review_and_step(film)
    route.continue_()
    expect(film.locator("h1")).not_to_have_text(name)
