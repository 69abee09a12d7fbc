"""A text that no page can show is told from others, and can be shown with a replacement."""

import re

import pytest

from contracts.printable import (
    HEADER_PATTERN,
    LINE_PATTERN,
    TEXT_PATTERN,
    is_header,
    is_line,
    is_text,
    replace_unprintable,
)
from tests.file_names import UNPRINTABLE_TEXTS, UNUSUAL_FILE_NAMES


@pytest.mark.parametrize("text", UNPRINTABLE_TEXTS)
def test_a_line_with_an_unprintable_character_is_none(text: str) -> None:
    assert not is_line(text)


@pytest.mark.parametrize("text", ["", "a b", *UNUSUAL_FILE_NAMES])
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    assert is_line(text) and is_text(text)
    assert replace_unprintable(text) == text


def test_a_note_may_have_lines_and_tabs() -> None:
    assert is_text("one\r\n\ttwo") and not is_line("one\ntwo")


def test_every_text_can_be_encoded_after_its_replacement() -> None:
    every = "".join(map(chr, [*range(0x100), 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0x1FA7B]))
    stored = {every: [every, {"a": (every, 1, None, True)}]}
    shown = replace_unprintable(stored)
    assert str(shown).encode()
    assert is_text(next(iter(shown)))
    assert shown[replace_unprintable(every)][1]["a"][1:] == [1, None, True]
    assert "\ufffd" in shown[replace_unprintable(every)][0]


@pytest.mark.parametrize("code", range(0x100))
def test_the_patterns_of_the_api_refuse_the_same_characters(code: int) -> None:
    character = chr(code)
    assert bool(re.fullmatch(LINE_PATTERN, character)) == is_line(character)
    assert bool(re.fullmatch(TEXT_PATTERN, character)) == is_text(character)
    assert bool(re.fullmatch(HEADER_PATTERN, character)) == is_header(character)
