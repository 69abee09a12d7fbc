"""Progress of a start on the terminal: one line for each step."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape


class Progress:
    """Writes steps to `console` and errors to `errors`, by default stdout and stderr."""

    def __init__(self, console: Console | None = None, errors: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._errors = errors or Console(highlight=False, soft_wrap=True, stderr=True)

    def print(self, text: str = "") -> None:
        """Prints text that may hold rich markup."""
        self._console.print(text)

    def print_warning(self, text: str) -> None:
        """Prints text as it is."""
        self._console.print(f"[yellow]![/] {escape(text)}")

    def print_error(self, text: str) -> None:
        """Prints text as it is: it may quote a log that looks like markup."""
        self._errors.print(f"[red]✕[/] {escape(text)}")

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Shows `name` while the block runs, then with the seconds that it took."""
        start = time.monotonic()
        with self._console.status(f"{name} …"):
            yield
        self._console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - start:.1f} s[/]")
