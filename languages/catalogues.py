"""Loads the catalogues of texts. The folder `translations/` is the list of languages.

A bundle has compiled catalogues (`compile_catalogue`); in the source tree they are compiled when
they are loaded, so that none is older than its source.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.language import ENGLISH, Language
from languages.formats import format_number

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

TRANSLATIONS = Path(__file__).parent / "translations"
SOURCE, COMPILED, SCRIPT_TEXTS = "messages.po", "messages.mo", "scripts.json"
# The texts of scripts by their English ones; a list has one for each plural form.
ScriptTexts = Mapping[str, str | list[str]]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """One language, with the texts that the page's scripts use."""

    language: Language = field(default_factory=Language)
    script_texts: ScriptTexts = field(default_factory=dict)


class Catalogues:
    """The languages in a folder, each read once."""

    def __init__(self, folder: Path = TRANSLATIONS) -> None:
        files = (*folder.glob(f"*/*/{SOURCE}"), *folder.glob(f"*/*/{COMPILED}"))
        self._folders = {file.parent.parent.name: file.parent for file in sorted(files)}
        self._loaded = {ENGLISH: Catalogue()}

    @property
    def codes(self) -> tuple[str, ...]:
        """English first."""
        return (ENGLISH, *self._folders)

    def load(self, code: str) -> Catalogue:
        """The catalogue of one of `codes`."""
        if code not in self._loaded:
            self._loaded[code] = _load(code, self._folders[code])
        return self._loaded[code]


def compile_catalogue(source: Path) -> Mapping[str, bytes]:
    """The files of a bundle by their names: the catalogue, and the texts of scripts."""
    catalogue = read_catalogue(source)
    texts = json.dumps(list_script_texts(catalogue), ensure_ascii=False, sort_keys=True)
    return {COMPILED: _compile(catalogue), SCRIPT_TEXTS: texts.encode()}


def read_catalogue(source: Path) -> "Catalog":
    # A bundle needs no reader of sources.
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        return read_po(file)


def _load(code: str, folder: Path) -> Catalogue:
    if (folder / COMPILED).exists():
        files = {name: (folder / name).read_bytes() for name in (COMPILED, SCRIPT_TEXTS)}
    else:
        files = dict(compile_catalogue(folder / SOURCE))
    translations = GNUTranslations(BytesIO(files[COMPILED]))
    return Catalogue(
        language=Language(code=code, translations=translations, format_number=format_number),
        script_texts=json.loads(files[SCRIPT_TEXTS]),
    )


def _compile(catalogue: "Catalog") -> bytes:
    from babel.messages.mofile import write_mo

    content = BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def list_script_texts(catalogue: "Catalog", folder: str = "ui/") -> ScriptTexts:
    """The texts of the scripts in a folder."""
    return dict(
        _describe(message)
        for message in catalogue
        if message.string and _is_in_script(message, folder)
    )


def _is_in_script(message: "Message", folder: str) -> bool:
    return any(name.startswith(folder) and name.endswith(".js") for name, _ in message.locations)


def _describe(message: "Message") -> tuple[str, str | list[str]]:
    if isinstance(message.id, str):
        return message.id, str(message.string)
    return message.id[0], list(message.string or ())
