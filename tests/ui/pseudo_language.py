"""A language in which each letter of a text is a wide one: letters of ASCII on a page are data, or
a text that nobody translates. It stands in place of Spanish, whose numbers and dates it has.
"""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

from contracts.language import Language
from languages.catalogues import Catalogue, Catalogues

CODE = "es"
# What a translation keeps: places for values, tags, and per cent signs.
_KEPT = re.compile(r"(\{\w+(?::\w+)?\}|%\(\w+\)s|%%|<[^>]+>)")
_WIDE = {
    ord(letter): ord(letter) + 0xFEE0 for letter in map(chr, range(65, 123)) if letter.isalpha()
}
_TEXT_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
# Names and notes, addresses and codes, keys, and what is in a language of its own.
_DATA_ELEMENTS = frozenset({"bdi", "code", "kbd", "pre", "script", "style", "textarea"})
_VOID_ELEMENTS = frozenset({"br", "circle", "img", "input", "link", "meta", "path", "rect"})
_DATE = re.compile(r"\d{1,2} [a-z]{3,4} \d{4}(, \d\d?:\d\d:\d\d UTC)?")
_LETTERS = re.compile(r"[A-Za-z]{2,}[^\s]*")


class PseudoTranslations(NullTranslations):
    def gettext(self, message: str) -> str:
        parts = _KEPT.split(message)
        return "".join(
            part if index % 2 else part.translate(_WIDE) for index, part in enumerate(parts)
        )

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


class PseudoCatalogues(Catalogues):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._folders[CODE] = folder

    def load(self, code: str) -> Catalogue:
        language = Language(code=CODE, translations=PseudoTranslations())
        return Catalogue(language=language) if code == CODE else super().load(code)


def list_untranslated(page: str) -> list[str]:
    """The words of a page that are written with letters of ASCII, and are no data."""
    reader = _TextReader()
    reader.feed(page)
    return [word for text in reader.texts for word in _LETTERS.findall(_DATE.sub("", text))]


class _TextReader(HTMLParser):
    """`texts` are what people see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._data_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_data = tag in _DATA_ELEMENTS or (tag != "html" and "lang" in values)
        if (self._data_depth or is_data) and tag not in _VOID_ELEMENTS:
            self._data_depth += 1
        self.texts += self._read_attributes(values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += self._read_attributes(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self._data_depth and tag not in _VOID_ELEMENTS:
            self._data_depth -= 1

    def handle_data(self, data: str) -> None:
        if not self._data_depth:
            self.texts.append(data)

    def _read_attributes(self, values: dict[str, str | None]) -> Iterator[str]:
        for name, value in values.items():
            if value and (name in _TEXT_ATTRIBUTES or re.fullmatch(r"data-[a-z-]*text", name)):
                yield value
