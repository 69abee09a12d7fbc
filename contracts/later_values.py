"""Values that a later release has added to an enumeration, kept as text.

A stored value is read for years, and by the release before as well, after a rollback.
"""

from contextlib import suppress
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)

_UNKNOWN = "UNKNOWN"


def parse_value(enumeration: type[E], value: object) -> E:
    """The member with this value. A text that is no member becomes a value of the same type, with
    its own text, that equals no member. Raises TypeError for anything but a text.
    """
    if not isinstance(value, str):
        raise TypeError("not a text")
    with suppress(ValueError):
        return enumeration(value)
    unknown = str.__new__(enumeration, value)
    unknown._name_, unknown._value_ = _UNKNOWN, value
    return unknown


def is_unknown(value: StrEnum) -> bool:
    """Whether this release has no such member."""
    return value.name == _UNKNOWN
