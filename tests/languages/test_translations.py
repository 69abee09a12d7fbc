"""Each language has each text of the sources, with the same places for values and the same tags."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message

from contracts import texts
from contracts.record import State
from deploy.translations import extract_texts, is_translated, update_catalogue, write_catalogue
from languages.catalogues import SOURCE, TRANSLATIONS, Catalogues, read_catalogue

FILES = sorted(TRANSLATIONS.glob(f"*/*/{SOURCE}"))
_PLACE = re.compile(r"\{\w+(?::\w+)?\}|%\(\w+\)s|%%|</?\w[^>]*>")


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return extract_texts()


def identify(catalogue: Catalog) -> set[Any]:
    return {message.id for message in catalogue if message.id}


def list_forms(message: Message) -> list[tuple[str, str]]:
    """Each translation beside an English text that it stands for."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return [(message.id[-1], form) for form in message.string or ()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-3])
def test_a_language_has_the_texts_of_the_sources(file: Path, sources: Catalog) -> None:
    """Where it does not: `make translations`, then translate what is empty."""
    assert identify(read_catalogue(file)) == identify(sources)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-3])
def test_each_text_is_translated(file: Path) -> None:
    messages = [message for message in read_catalogue(file) if message.id]
    assert [each.id for each in messages if each.fuzzy or not is_translated(each)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-3])
def test_a_translation_keeps_places_tags_and_ends(file: Path) -> None:
    """A double quote would end an attribute of HTML."""
    for message in read_catalogue(file):
        for english, translation in list_forms(message) if message.id else ():
            assert sorted(_PLACE.findall(translation)) == sorted(_PLACE.findall(english))
            assert ('"' in translation) <= ('"' in english), translation
            assert translation[:1].isspace() == english[:1].isspace(), translation
            assert translation[-1:].isspace() == english[-1:].isspace(), translation


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parts[-3])
def test_what_the_page_divides_has_two_parts(file: Path) -> None:
    """`ui.status` shows the reason below the headline."""
    translations = {
        message.id: str(message.string)
        for message in read_catalogue(file)
        if isinstance(message.id, str)
    }
    divided = [f"{headline}: " for headline in ("Not assessed", "Uncertain", "Cannot be shown")]
    for english in translations:
        if any(english.startswith(start) for start in divided):
            assert ": " in translations[english], english
    for state in (State.FAILED, State.EXPIRED, State.UNREADABLE):
        assert ". " in translations[texts.STATES[state]]


def test_a_text_of_each_kind_of_source_is_found(sources: Catalog) -> None:
    ids = identify(sources)
    assert {
        "Pneumonia detected",
        "Not assessed",
        "Whole range",
        "The original is loading.",
        "Its DICOM header could not be read here.",
        'Drop X-rays here, paste, or <span class="link">choose files</span>',
        "Password",
        ("{number} year", "{number} years"),
    } <= ids


def test_an_update_keeps_what_is_there_and_guesses_nothing(tmp_path: Path) -> None:
    file = tmp_path / SOURCE
    catalogue = Catalog(locale="es", fuzzy=False)
    catalogue.add("Pneumonia", "Neumonía")
    catalogue.add("Pneumonia detected!", "¡Neumonía detectada!")
    write_catalogue(catalogue, file)
    template = Catalog()
    template.add("Pneumonia")
    template.add("Pneumonia detected")
    updated = {each.id: each.string or "" for each in update_catalogue(file, template) if each.id}
    assert updated == {"Pneumonia": "Neumonía", "Pneumonia detected": ""}


def test_the_files_of_a_bundle_say_the_same_as_the_source(tmp_path: Path) -> None:
    from bundles.translations import compile_translations

    (source,) = [file for file in FILES if "es" in file.parts]
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for name, file in compile_translations(source).items():
        (folder / name).write_bytes(file.read_bytes())
    compiled, from_source = Catalogues(tmp_path).load("es"), Catalogues().load("es")
    assert compiled.script_texts == from_source.script_texts
    assert compiled.language.translations.gettext("Pneumonia") == "Neumonía"
    assert compiled.language.translations.ngettext("{number} year", "{number} years", 2) == (
        "{number} años"
    )
