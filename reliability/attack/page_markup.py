"""Finds markup of an attacker that has become a part of a page."""

from html.parser import HTMLParser

from reliability.attack.leaks import find_leak
from reliability.attack.markup_payloads import MARK
from reliability.http_requests import Answer

# What an expression of the payloads comes to.
_PRODUCT = str(7331 * 7331)


class _Finder(HTMLParser):
    """Finds the mark where it is a part of the page, and not a text or the value of a field."""

    _VALUES = frozenset({("input", "value"), ("a", "href"), ("form", "action")})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.break_: str = ""
        self._element = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._element = tag
        if MARK in tag:
            self.break_ = f"the element {tag}"
        for name, value in attrs:
            self._check_attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._element = ""

    def handle_data(self, data: str) -> None:
        if MARK in data and self._element in ("script", "style", "iframe", "noscript"):
            self.break_ = f"the text of a {self._element}"

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.break_ = "a comment"

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        is_address = (tag, name) in {("a", "href"), ("form", "action")}
        is_local = value.startswith(("/", "http://localhost:")) and not value.startswith(
            ("//", "/\\")
        )
        is_allowed = (tag, name) in self._VALUES and (is_local or not is_address)
        # HTMX asks for the address of the same page.
        is_allowed |= name in ("hx-get", "hx-post") and is_local
        if MARK in name or (MARK in value and not is_allowed):
            self.break_ = f"the attribute {name} of {tag}: {value[:80]!r}"


def find_markup(answer: Answer) -> str:
    """Returns where the mark is a part of the page, or which rule of the policy is missing."""
    finder = _Finder()
    finder.feed(answer.text)
    policy = answer.header("Content-Security-Policy")
    if finder.break_ or _PRODUCT in answer.text:
        return finder.break_ or "an expression was computed"
    if answer.status >= 500:
        return f"status {answer.status}"
    is_page = answer.header("Content-Type").startswith("text/html")
    if is_page and not ("script-src 'self';" in policy and "default-src 'none'" in policy):
        return f"the page allows scripts: {policy!r}"
    return find_leak(answer)


def find_fragment(answer: Answer) -> str:
    finder = _Finder()
    finder.feed(answer.text)
    return finder.break_
