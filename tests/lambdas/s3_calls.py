"""Records the calls of a client to S3."""

from typing import Any


class S3Calls:
    """Presigned addresses are no calls: they are signed without S3."""

    def __init__(self, s3: Any) -> None:
        self.names: list[str] = []
        s3.meta.events.register("before-call.s3", self._record)

    def _record(self, model: Any, **_: Any) -> None:
        self.names.append(model.name)
