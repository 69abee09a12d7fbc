"""Lets another writer be first: between what a function has read of S3 and its put."""

from collections.abc import Callable
from typing import Any


class OtherWriter:
    """Runs `write` once, right before the first put of a key that ends with `key_end`."""

    def __init__(self, s3: Any, *, key_end: str, write: Callable[[], object]) -> None:
        self.has_written = False
        self._key_end = key_end
        self._write = write
        s3.meta.events.register("before-parameter-build.s3.PutObject", self._before_put)

    def _before_put(self, params: dict[str, Any], **_: Any) -> None:
        if params["Key"].endswith(self._key_end) and not self.has_written:
            self.has_written = True
            self._write()
