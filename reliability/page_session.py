"""Logs in to the page as a browser does, and holds the cookies and the form token."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin

import requests

from contracts.cookies import VISITOR_COOKIE
from local.aws.cognito import PASSWORD
from reliability.http_requests import Answer, Request, send
from ui.auth.sessions import SESSION_COOKIE

_TIMEOUT_SECONDS = 30
_FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, kw_only=True)
class PageSession:
    """`cookie` is the encrypted session; `form_token` authorises the forms of its pages."""

    cookie: str
    visitor: str
    form_token: str

    def headers(self, cookie: str | None = None) -> dict[str, str]:
        """The headers of a request of this browser, or with another session cookie in it."""
        session = self.cookie if cookie is None else cookie
        return {"Cookie": f"{VISITOR_COOKIE}={self.visitor}; {SESSION_COOKIE}={session}"}

    def build_post(self, target: str, **fields: str) -> Request:
        """A form with its token."""
        return build_post(target, self.headers(), csrf_token=self.form_token, **fields)


def build_post(target: str, headers: dict[str, str], **fields: str) -> Request:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(fields).encode()
    return Request(method="POST", target=target, headers={**form, **headers}, body=body)


class _HiddenFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields[attributes["name"] or ""] = attributes.get("value") or ""


class Browser:
    """Sends its cookies with each request and follows no redirect. (A cookie with the attribute
    Secure is sent to localhost too, as browsers do and cookie jars do not.)
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.cookies: dict[str, str] = {}
        self.login_cookie = ""

    def get(self, target: str) -> Answer:
        return self._send(Request(target=target, headers=self._headers()))

    def fill_login(self, email: str, *, next_page: str = "") -> str:
        """Logs in with the form of the login server; returns the target of its redirect."""
        query = f"?{urlencode({'next': next_page})}" if next_page else ""
        address = self.get(f"/login/start{query}").header("Location")
        form = _HiddenFields()
        form.feed(requests.get(address, timeout=_TIMEOUT_SECONDS).text)
        response = requests.post(
            urljoin(address, "/oauth2/authorize"),
            data={**form.fields, "username": email, "password": PASSWORD},
            allow_redirects=False,
            timeout=_TIMEOUT_SECONDS,
        )
        response.raise_for_status()
        self.login_cookie = response.cookies.get("login") or ""
        return response.headers["Location"].removeprefix(self._url)

    def renew(self) -> str:
        """Starts a login without a form; returns the target of its redirect."""
        address = self.get("/login/frame").header("Location")
        cookies = {"login": self.login_cookie}
        response = requests.get(
            address, cookies=cookies, allow_redirects=False, timeout=_TIMEOUT_SECONDS
        )
        return response.headers["Location"].removeprefix(self._url)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _send(self, request: Request) -> Answer:
        answer = send(self._url, request)
        for header in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer


def can_open_worklist(url: str) -> bool:
    """Whether a doctor can log in and see the worklist."""
    browser = Browser(url)
    try:
        browser.get(browser.fill_login("doctor@north.example"))
        return browser.get("/worklist").status == 200
    except (OSError, HTTPException, KeyError):
        return False


def log_in(url: str, email: str) -> PageSession:
    """Raises AssertionError where the page does not take the login."""
    browser = Browser(url)
    browser.get(browser.fill_login(email))
    match = _FORM_TOKEN.search(browser.get("/").text)
    assert match, f"{email} is not logged in"
    return PageSession(
        cookie=browser.cookies[SESSION_COOKIE],
        visitor=browser.cookies[VISITOR_COOKIE],
        form_token=match[1],
    )
