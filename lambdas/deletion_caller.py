"""Calls the deletion function, whose role alone has the right to delete."""

import json
from typing import Any


class DeletionCaller:
    """`functions` is the client of Lambda. Methods raise botocore's errors."""

    def __init__(self, functions: Any, name: str) -> None:
        self._functions = functions
        self._name = name

    def start(self, radiograph_id: str, *, by: str) -> None:
        """Returns as soon as Lambda has queued the call, which it makes up to three times."""
        event = {"radiograph_id": radiograph_id, "by": by, "is_asynchronous": True}
        self._functions.invoke(
            FunctionName=self._name, InvocationType="Event", Payload=json.dumps(event).encode()
        )
