"""Repeats a client's own calls to AWS while storage is away."""

import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

T = TypeVar("T")

_SECONDS = 120.0
_PAUSE_SECONDS = 0.5


def retry_aws(call: Callable[[], T]) -> T:
    """Returns the result of `call`. Raises TimeoutError where it fails for two minutes."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            return call()
        except (BotoCoreError, ClientError):
            time.sleep(_PAUSE_SECONDS)
    raise TimeoutError("Storage has failed for two minutes.")
