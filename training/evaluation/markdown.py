"""Formats tables and paragraphs of a report as Markdown."""

import textwrap
from collections.abc import Iterable, Sequence

# The limit of all pages of this repository.
_WIDTH = 100


def format_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def wrap(paragraph: str) -> str:
    return textwrap.fill(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)
