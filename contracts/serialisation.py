"""Converts messages, records and facts to JSON objects and back.

No other module imports cattrs: modules that only define messages stay quick to import.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from contracts.facts import FACT_TYPES, Fact, Screened, UnknownFact
from contracts.image import IMAGE_FIELDS, flatten_image
from contracts.later_values import parse_value
from contracts.record import Record

T = TypeVar("T")

_PARSE_ERRORS = (
    BaseValidationError,
    ForbiddenExtraKeysError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


class MessageError(ValueError):
    """A JSON value does not have the form of the expected message."""


def serialise(message: Any) -> dict[str, Any]:
    """The JSON object of a message, a record or a fact; a fact's has its `kind` as well."""
    return dict(_converter.unstructure(message))


def parse(message_type: type[T], value: object, *, accept_later: bool = False) -> T:
    """The message that a JSON value holds.

    `accept_later` accepts what a later release may have added: unknown fields are ignored, and
    unknown values of an enumeration are kept as text (`contracts.later_values`). Types are never
    converted: "1" and true are no numbers. Raises MessageError, which names the wrong fields and
    never quotes a value, since a value may identify a patient.
    """
    converter = _lenient_converter if accept_later else _converter
    try:
        return converter.structure(value, message_type)
    except _PARSE_ERRORS as error:
        reasons = "; ".join(transform_error(error))
        raise MessageError(f"not a {message_type.__name__}: {reasons}") from error


def parse_fact(value: object) -> Fact:
    """The fact that a JSON value holds, by its `kind`, also where a later release wrote it: an
    UnknownFact for a kind that this release lacks. Raises MessageError.
    """
    fields = dict(value) if isinstance(value, Mapping) else {}
    kind = fields.pop("kind", None)
    if not isinstance(kind, str):
        raise MessageError("not a Fact: its kind is missing")
    return parse(FACT_TYPES.get(kind, UnknownFact), fields, accept_later=True)


def _build_converter(*, accept_later: bool) -> Converter:
    converter = Converter(forbid_extra_keys=not accept_later)
    for primitive in (str, int, float, bool):
        converter.register_structure_hook(primitive, _parse_primitive)
    converter.register_structure_hook(
        StrEnum,
        (lambda value, enum: parse_value(enum, value))
        if accept_later
        else (lambda value, enum: enum(value)),
    )
    for message_type in (Screened, Record):
        _flatten_image_of(message_type, converter)
    for fact_type in FACT_TYPES.values():
        _add_kind(fact_type, converter)
    return converter


def _parse_primitive(value: Any, primitive: type) -> Any:
    """Refuses what cattrs would convert; only a whole number is taken for a float."""
    if isinstance(value, bool) and primitive is not bool:
        raise TypeError("a boolean is no number")
    if primitive is float and isinstance(value, int):
        return float(value)
    if isinstance(value, primitive):
        return value
    raise TypeError(f"not a {primitive.__name__}")


def _flatten_image_of(message_type: type[Any], converter: Converter) -> None:
    """Lets the fields of `image` lie beside the others in JSON."""
    parse_nested = make_dict_structure_fn(message_type, converter)
    serialise_nested = make_dict_unstructure_fn(message_type, converter)

    def parse_flat(value: Any, _: type) -> Any:
        if not isinstance(value, Mapping) or "image" in value:
            raise TypeError("not a JSON object with flat fields")
        fields = dict(value)
        image = {name: fields.pop(name) for name in IMAGE_FIELDS if name in fields}
        is_described = any(field is not None for field in image.values())
        return parse_nested({**fields, "image": image if is_described else None}, message_type)

    def serialise_flat(message: Any) -> dict[str, Any]:
        fields = serialise_nested(message)
        del fields["image"]
        return {**fields, **flatten_image(message.image)}

    converter.register_structure_hook(message_type, parse_flat)
    converter.register_unstructure_hook(message_type, serialise_flat)


def _add_kind(fact_type: type[Fact], converter: Converter) -> None:
    serialise_fields: Callable[[Fact], dict[str, Any]] = converter.get_unstructure_hook(fact_type)
    converter.register_unstructure_hook(
        fact_type, lambda fact: {"kind": fact.kind, **serialise_fields(fact)}
    )


_converter = _build_converter(accept_later=False)
_lenient_converter = _build_converter(accept_later=True)
