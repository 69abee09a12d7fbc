"""The pointer in the models bucket: the version that answers, and the one before it."""

import json
from dataclasses import dataclass

from contracts.serialisation import parse


@dataclass(frozen=True, kw_only=True)
class ModelPointer:
    """`previous` is empty where no other version has answered yet."""

    model_version: str
    previous: str = ""


def parse_model_pointer(text: str | bytes) -> ModelPointer:
    """Ignores unknown fields: an older release must still read the pointer after a rollback.
    Raises ValueError.
    """
    return parse(ModelPointer, json.loads(text), accept_later=True)
