"""The lists of this release, and whether the reader of another one accepts a fact.

A field is named by its path in JSON; its types are JSON's (`reliability.release_examples`).
"""

import dataclasses
import types
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from contracts.facts import FACT_TYPES
from contracts.image import ImageDescription
from reliability.release_examples import Facts, Field

_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


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
