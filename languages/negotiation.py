"""Chooses the language of a request by its header `Accept-Language` (RFC 9110, 12.5.4)."""

from collections.abc import Sequence

from babel.core import negotiate_locale

from contracts.language import ENGLISH

_MAX_CHOICES = 20


def choose_language(header: str, codes: Sequence[str]) -> str:
    """The one of `codes` that the reader likes best; English where there is none."""
    choices = [_parse(choice) for choice in header.split(",")[:_MAX_CHOICES]]
    choices = [(tag, weight) for tag, weight in choices if tag and weight > 0]
    tags = [tag for tag, _ in sorted(choices, key=lambda choice: choice[1], reverse=True)]
    return negotiate_locale(tags, codes) or ENGLISH


def _parse(choice: str) -> tuple[str, float]:
    """The tag, with underscores, and its weight; 0 where that is no number."""
    tag, _, parameter = choice.partition(";")
    try:
        weight = float(parameter.partition("=")[2]) if parameter.strip() else 1.0
    except ValueError:
        weight = 0.0
    return tag.strip().replace("-", "_"), weight
