"""One line for each part that starts, while it starts and when it has."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def say(self, text: str = "") -> None:
        self._console.print(text)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """The seconds it took stand behind its name."""
        began = time.monotonic()
        with self._console.status(f"{name} …"):
            yield
        self._console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - began:.1f} s[/]")
