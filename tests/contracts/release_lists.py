"""The fields of each kind of fact, and the values of their enumerations, as a release has them.

`tests/golden/releases/` holds such lists of each release, and never changes those of a release that
is out. A field is named by its path in JSON; its types are JSON's.
"""

import dataclasses
import json
import types
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from contracts.facts import FACT_TYPES
from contracts.image import ImageDescription
from tests.conftest import ROOT

Field = dict[str, Any]
Facts = dict[str, dict[str, Field]]

FOLDER = ROOT / "tests" / "golden" / "releases"
RELEASES = sorted(path.stem for path in FOLDER.glob("*.json"))
_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
_EXAMPLES = {"string": "x", "integer": 3, "number": 0.5, "boolean": True, "null": None}
_TIME = "2026-11-23T08:00:00.000Z"


def read_lists(release: str) -> Facts:
    lists: Facts = json.loads((FOLDER / f"{release}.json").read_text())
    return lists


def describe_facts() -> Facts:
    """The lists of this release."""
    return {kind: dict(_fields(fact_type, "")) for kind, fact_type in FACT_TYPES.items()}


def _fields(message_type: type, prefix: str) -> Iterator[tuple[str, Field]]:
    """Raises KeyError for a type that no fact has had so far."""
    hints = get_type_hints(message_type)
    for field in dataclasses.fields(message_type):
        hint = hints[field.name]
        if hint is ImageDescription:  # Its fields lie flat beside the others.
            yield from _fields(hint, prefix)
        elif isinstance(hint, type) and dataclasses.is_dataclass(hint):
            yield from _fields(hint, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}", _describe(hint)


def _describe(hint: Any) -> Field:
    if get_origin(hint) is types.UnionType:
        [inner] = [part for part in get_args(hint) if part is not type(None)]
        return {**_describe(inner), "null": True}
    if get_origin(hint) is tuple:
        first, second = get_args(hint)
        return {"list_of": _describe(first), "length": None if second is Ellipsis else 2}
    if issubclass(hint, StrEnum):
        return {"type": "string", "values": [member.value for member in hint]}
    return {"type": _JSON_TYPES[hint]}


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


def can_read(lists: Facts, fact: dict[str, Any]) -> bool:
    """Whether the reader of the release with these lists accepts the fact.

    It is the reader of release 0.2.0 and later: it needs each of its fields in its type, ignores
    other fields, keeps an unknown value as text and skips an unknown kind.
    """
    fields = lists.get(fact["kind"], {"sequence": {"type": "integer"}})
    return all(_has(fact, path.split("."), field) for path, field in fields.items())


def _has(value: Any, path: list[str], field: Field) -> bool:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return _is_of(value, field)


def _is_of(value: Any, field: Field) -> bool:
    if value is None:
        return bool(field.get("null"))
    if "list_of" in field:
        return (
            isinstance(value, list)
            and field["length"] in (None, len(value))
            and all(_is_of(item, field["list_of"]) for item in value)
        )
    if isinstance(value, bool):
        return bool(field["type"] == "boolean")
    json_types = {str: ("string",), int: ("integer", "number"), float: ("number",)}
    return field["type"] in json_types[type(value)]
