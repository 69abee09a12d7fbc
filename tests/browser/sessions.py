"""Ends the session of a browser, logs in again in the small window, and looks into the cookie."""

import time

import requests
from playwright.sync_api import Page

from local.aws.cognito import PASSWORD
from reliability.page_cookie import decrypt_cookie, encrypt_cookie
from tests.running_system import RunningSystem
from ui.auth.sessions import IDLE_SECONDS, SESSION_COOKIE


def read_session(page: Page, system: RunningSystem) -> dict[str, object]:
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    data: dict[str, object] = decrypt_cookie(system.settings.data, cookies[SESSION_COOKIE])["data"]
    return data


def change_session(page: Page, system: RunningSystem, **changes: float) -> None:
    """Replaces the cookie by one with other times: `seen` (last use) or `began_at`."""
    payload = {
        "seen": changes.get("seen", time.time()),
        "data": {
            **read_session(page, system),
            "began_at": changes.get("began_at", time.time()),
        },
    }
    page.context.add_cookies(
        [
            {
                "name": SESSION_COOKIE,
                "value": encrypt_cookie(system.settings.data, payload),
                "url": system.url.replace("http:", "https:"),
                "httpOnly": True,
                "secure": True,
                "sameSite": "Lax",
            }
        ]
    )


def end_session(page: Page, system: RunningSystem) -> None:
    """As after a break: nobody has used the page for more than 15 minutes."""
    change_session(page, system, seen=time.time() - IDLE_SECONDS - 60)


def log_in_again(page: Page, email: str = "doctor@north.example") -> None:
    """In the small window, with a password, although the login has a session of its own."""
    with page.expect_popup() as window:
        page.get_by_role("dialog").get_by_role("link", name="Log in").click()
    popup = window.value
    popup.locator("input[name=username]").fill(email)
    popup.locator("input[name=password]").fill(PASSWORD)
    with popup.expect_event("close"):
        popup.locator("[type=submit]").click()


def status_of(system: RunningSystem, token: object) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{system.url}/v1/session", headers=headers, timeout=10).status_code
