"""Delays the restarts of a process that ends again and again."""

import time
from collections.abc import Callable

_FIRST_SECONDS = 1.0
_MAX_SECONDS = 30.0
# A process that has run for so long has started well; an end after that is a new failure.
_MEMORY_SECONDS = 300.0

Clock = Callable[[], float]


class Backoff:
    """The first restart is immediate; the others wait 1, 2, 4 ... and at most 30 seconds."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._last_failure = 0.0
        self._delay = 0.0
        self.failures = 0

    def add_failure(self) -> None:
        now = self._clock()
        if now - self._last_failure > _MEMORY_SECONDS:
            self.failures = 0
        self._last_failure = now
        # The exponent is bounded, because a large power of two is no float.
        doublings = min(self.failures - 1, 10)
        self._delay = min(_FIRST_SECONDS * 2**doublings, _MAX_SECONDS) if self.failures else 0.0
        self.failures += 1

    def reset(self) -> None:
        self.failures, self._delay = 0, 0.0

    def is_over(self) -> bool:
        """True if the process may be started now."""
        return self._clock() - self._last_failure >= self._delay
