"""A doctor who logs in and opens the worklist in the browser, again and again."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from reliability.page_session import can_open_worklist

_PAUSE_SECONDS = 3.0
# A service that has died is there again sooner.
_END_SECONDS = 60.0


class Visitor:
    """`shown` and `failed` count the visits."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.shown = self.failed = 0

    @contextmanager
    def run(self) -> Iterator[None]:
        """Visits until the block ends."""
        stop = threading.Event()
        thread = threading.Thread(target=self._run, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def is_served(self) -> bool:
        """Returns whether the worklist is shown within a minute, after all faults."""
        deadline = time.monotonic() + _END_SECONDS
        while not (is_shown := can_open_worklist(self._url)) and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        return is_shown

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(_PAUSE_SECONDS):
            is_shown = can_open_worklist(self._url)
            self.shown += is_shown
            self.failed += not is_shown
