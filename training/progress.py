"""A named bar for each stage of a run; rich draws it on a terminal, and one line in a log."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def show_stage(title: str) -> Iterator[None]:
    """Shows a bar and the time that passes, for a stage without steps that could be counted."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(title, total=None)
        yield
        progress.update(task, total=1, completed=1)
