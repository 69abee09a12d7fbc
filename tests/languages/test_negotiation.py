"""The language of a request follows from `Accept-Language`, whatever a browser sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.negotiation import choose_language

CODES = ("en", "es", "pt_BR")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,es;q=0.5", "en"),
        ("fr,es;q=0.3,en;q=0.7", "en"),
        ("pt-BR", "pt_BR"),
        ("de", "en"),
        ("es;q=0", "en"),
        ("es;q=much", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_the_heaviest_language_that_there_is_counts(header: str, code: str) -> None:
    assert choose_language(header, CODES) == code


@given(st.text(max_size=300))
def test_any_header_gives_a_language(header: str) -> None:
    assert choose_language(header, CODES) in CODES
