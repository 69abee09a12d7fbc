"""Facts as a release writes them, built from the lists of its fields and values.

`tests/golden/releases/` holds such lists of each release, and never changes those of a release that
is out. A field is named by its path in JSON; its types are JSON's.
"""

import json
from collections.abc import Iterator
from typing import Any

from local.settings import ROOT

Field = dict[str, Any]
Facts = dict[str, dict[str, Field]]

FOLDER = ROOT / "tests" / "golden" / "releases"
RELEASES = sorted(path.stem for path in FOLDER.glob("*.json"))
_EXAMPLES = {"string": "x", "integer": 3, "number": 0.5, "boolean": True, "null": None}
_TIME = "2026-11-23T08:00:00.000Z"


def read_lists(release: str) -> Facts:
    lists: Facts = json.loads((FOLDER / f"{release}.json").read_text())
    return lists


def build_examples(kind: str, fields: dict[str, Field]) -> Iterator[dict[str, Any]]:
    """Facts as the release of `fields` writes them: each value of each field occurs in one."""
    first = {path: next(_examples(path, field)) for path, field in fields.items()}
    yield _nest({"kind": kind, **first})
    for path, field in fields.items():
        for example in _examples(path, field):
            yield _nest({"kind": kind, **first, path: example})


def _examples(path: str, field: Field) -> Iterator[Any]:
    if path == "at":
        yield _TIME
        return
    if "list_of" in field:
        yield [next(_examples(path, field["list_of"]))] * (field["length"] or 1)
        if not field["length"]:
            yield list(_examples(path, field["list_of"]))
            yield []
    else:
        yield from field.get("values") or [_EXAMPLES[field["type"]]]
    if field.get("null"):
        yield None


def _nest(paths: dict[str, Any]) -> dict[str, Any]:
    fact: dict[str, Any] = {}
    for path, value in paths.items():
        *parents, name = path.split(".")
        inner = fact
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = value
    return fact
