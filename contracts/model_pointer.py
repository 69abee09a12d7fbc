"""The pointer in the models bucket: which version answers, and which one did before."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class ModelPointer:
    """`previous` is empty where no other version has answered yet."""

    model_version: str
    previous: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def parse_model_pointer(text: str | bytes) -> ModelPointer:
    """ValueError, KeyError or TypeError where it is none."""
    fields = json.loads(text)
    return ModelPointer(model_version=fields["model_version"], previous=fields.get("previous", ""))
