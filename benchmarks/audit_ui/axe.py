"""Runs axe-core on each state of each page, in both themes and at each width."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from benchmarks.audit_ui.states import PageState
from contracts.cookies import VISITOR_COOKIE
from local.npm.program import LIGHTHOUSE
from reliability.page_session import log_in
from reliability.running_system import RunningSystem
from ui.auth.sessions import SESSION_COOKIE

_AXE = LIGHTHOUSE.package.with_name("axe-core") / "axe.min.js"
_THEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
# Pixels: phones, a tablet, laptops, and the large screens of reading rooms.
WIDTHS = (320, 390, 768, 1024, 1440, 1920, 3840)
_HEIGHT = 900
_TIMEOUT_MS = 60_000


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule of axe-core that an element breaks, named by its selector."""

    rule: str
    target: str


def find_violations(
    browser: Browser, system: RunningSystem, state: PageState
) -> dict[Violation, str]:
    """Returns each violation with the first theme and width that have it."""
    context = browser.new_context(reduced_motion="reduce")
    if state.email:
        session = log_in(system.url, state.email)
        cookies = {SESSION_COOKIE: session.cookie, VISITOR_COOKIE: session.visitor}
        # Chromium stores cookies whose names have a prefix for HTTPS only, and sends them to
        # localhost by HTTP too.
        url = system.url.replace("http:", "https:", 1)
        context.add_cookies(
            [{"name": name, "value": value, "url": url} for name, value in cookies.items()]
        )
    page = context.new_page()
    page.set_default_timeout(_TIMEOUT_MS)
    page.goto(f"{system.url}{state.path}")
    if state.act:
        state.act(page)
    violations: dict[Violation, str] = {}
    for theme in _THEMES:
        page.emulate_media(color_scheme=theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": _HEIGHT})
            for violation in _run_axe(page):
                violations.setdefault(violation, f"{theme}, {width} px")
    context.close()
    return violations


def _run_axe(page: Page) -> Iterator[Violation]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())
    result: dict[str, Any] = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    for rule in result["violations"]:
        for node in rule["nodes"]:
            yield Violation(rule=rule["id"], target=str(node["target"]))
