"""A search as Redis keeps it for its account: the words, and the radiographs that it found."""

import base64
import json
import secrets
from dataclasses import dataclass

from contracts.serialisation import parse, serialise


@dataclass(frozen=True, kw_only=True)
class FoundSearch:
    """`cursor` is set where older radiographs were not searched."""

    search_id: str
    file_name: str
    radiograph_ids: tuple[str, ...]
    cursor: str | None

    def to_text(self) -> str:
        return json.dumps(serialise(self))

    @classmethod
    def from_text(cls, text: str) -> "FoundSearch":
        """Raises ValueError for a text of another form."""
        return parse(cls, json.loads(text), accept_later=True)


def create_search_id() -> str:
    """26 letters and digits at random (128 bits), which tell nothing of the search."""
    return base64.b32encode(secrets.token_bytes(16)).decode()[:26].lower()
