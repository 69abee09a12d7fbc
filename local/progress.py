"""One line for each part that starts, while it starts and when it has."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Progress:
    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)

    def say(self, text: str = "") -> None:
        self._console.print(text)

    def fail(self, text: str) -> None:
        """The text may quote a log, which is not ours to mark up."""
        self._console.print(f"[red]✕[/] {escape(text)}")

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """The seconds it took stand behind its name."""
        began = time.monotonic()
        with self._console.status(f"{name} …"):
            yield
        self._console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - began:.1f} s[/]")
