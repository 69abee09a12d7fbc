"""Names and line lengths follow CONTRIBUTING.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Participles and pronouns that say nothing about the value or the act that they name.
REFUSED = frozenset(
    {"known", "said", "told", "made", "chosen", "asked", "kept", "given", "found", "wanted"}
    | {"done", "seen", "taken", "who", "what", "others", "some", "these", "those"}
)
LONGEST_LINE = 100


UNITS = sorted(path.parent for path in ROOT.glob("*/__init__.py"))
SOURCES = [*ROOT.glob("*.py"), *(path for unit in UNITS for path in sorted(unit.rglob("*.py")))]
PAGES = [
    *ROOT.glob("*.md"),
    *(path for folder in (*UNITS, ROOT / "docs", ROOT / "tests") for path in folder.rglob("*.md")),
]


def bindings(source: str) -> Iterator[tuple[str, int]]:
    """Each name that the source binds, with its line: functions, classes, parameters, variables,
    imports and exceptions.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
            case ast.Name(ctx=ast.Store()):
                yield node.id, node.lineno
            case ast.alias(asname=str(name)):
                yield name, node.lineno
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name, node.lineno


def refused_names(source: str) -> list[tuple[str, int]]:
    return [(name, line) for name, line in bindings(source) if name.strip("_").lower() in REFUSED]


def test_no_name_in_product_code_is_a_participle_or_a_pronoun() -> None:
    names = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in SOURCES
        for name, line in refused_names(path.read_text())
    ]
    assert names == []


@pytest.mark.parametrize(
    "source",
    [
        "def told(): pass",
        "class Made: pass",
        "def store(known): pass",
        "_found = 1",
        "import json as what",
        "for who, age in people: pass",
        "[done for done in jobs]",
        "try: pass\nexcept ValueError as said: pass",
        "with open(path) as (seen, rest): pass",
    ],
)
def test_each_kind_of_binding_is_seen(source: str) -> None:
    assert len(refused_names(source)) == 1


def _long_lines(page: Path) -> Iterator[str]:
    """Lines over the limit, except table rows, code blocks and lines that hold one long link."""
    in_code = False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        in_code ^= line.lstrip().startswith("```")
        exempt = in_code or line.startswith("|") or " " not in line.strip()
        if len(line) > LONGEST_LINE and not exempt:
            yield f"{page.relative_to(ROOT)}:{number}: {len(line)} characters"


def test_a_line_of_the_documentation_has_at_most_100_characters() -> None:
    assert [line for page in PAGES for line in _long_lines(page)] == []
