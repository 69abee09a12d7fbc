"""The pointer in the models bucket: which version answers, and which one did before."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """`previous` is empty where no other version has answered yet."""

    model_version: str
    previous: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def pointer_from_json(text: str | bytes) -> Pointer:
    """ValueError, KeyError or TypeError where it is none."""
    fields = json.loads(text)
    return Pointer(model_version=fields["model_version"], previous=fields.get("previous", ""))
