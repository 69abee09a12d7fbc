"""The language of the current request, and its texts. English texts are the ids of messages
(gettext), so English needs no catalogue; `languages.catalogues` loads those of other languages.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import TypeVar

ENGLISH = "en"

_Key = TypeVar("_Key")


def _format_english_number(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,g}"


@dataclass(frozen=True, kw_only=True)
class Language:
    """`code` is that of a folder of translations, such as "es" or "pt_BR". `format_number` is that
    of `languages.formats`, for texts of this package; English needs no package for it.
    """

    code: str = ENGLISH
    translations: NullTranslations = field(default_factory=NullTranslations)
    format_number: Callable[[float], str] = _format_english_number

    @property
    def tag(self) -> str:
        """As headers and HTML name it (BCP 47), such as "pt-BR"."""
        return self.code.replace("_", "-")


_current: ContextVar[Language] = ContextVar("language", default=Language())  # noqa: B039


def current_language() -> Language:
    return _current.get()


@contextmanager
def use_language(language: Language) -> Iterator[None]:
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(text: str) -> str:
    """The text in the current language. An empty one stays so: gettext keeps its header there."""
    return _current.get().translations.gettext(text) if text else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the text that the current language has for a number."""
    return _current.get().translations.ngettext(singular, plural, number)


def format_number(number: float) -> str:
    """A number in the current language, such as "120,582" or "0.25"."""
    return _current.get().format_number(number)


def mark(text: str) -> str:
    """Marks a text that is translated where it is shown, for the extraction of messages."""
    return text


class Texts(Mapping[_Key, str]):
    """Texts by what they are about; each is read in the current language."""

    def __init__(self, texts: Mapping[_Key, str]) -> None:
        self._texts = dict(texts)

    def __getitem__(self, key: _Key) -> str:
        return gettext(self._texts[key])

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)
