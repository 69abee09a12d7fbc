"""The log of converted images, one line each, so that a stopped run resumes."""

import json
from collections.abc import Set
from dataclasses import asdict, dataclass
from pathlib import Path

from training.atomic_write import write_atomically
from training.data.manifest import MANIFEST
from training.sources.errors import SourceError


@dataclass(frozen=True)
class ConvertedFile:
    """Size, SHA-256 and sketch (in hexadecimal) of a stored file; the log holds these names."""

    bytes: int
    sha256: str
    sketch: str


class ConversionLog:
    """The log in `folder`, by the SHA-256 that each image has in the source.

    Raises SourceError if the folder holds a data set of another source.
    """

    def __init__(self, folder: Path, *, source: str) -> None:
        self._path = folder / f".prepared-{source}.jsonl"
        other_traces = [folder / MANIFEST, *folder.glob(".prepared-*.jsonl")]
        if not self._path.exists() and any(path.exists() for path in other_traces):
            raise SourceError(
                f"{folder} holds a data set that was not made from {source}. "
                "Give another folder with --out."
            )
        folder.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+") as lines:
            # Ends a last line that is incomplete because the machine stopped.
            lines.write("\n")
            lines.seek(0)
            self._files = dict(filter(None, map(_parse_line, lines)))

    def get(self, sha256: str) -> ConvertedFile | None:
        """Returns None if this source image has not been converted."""
        return self._files.get(sha256)

    def add(self, sha256: str, file: ConvertedFile) -> None:
        """Appends a file that has been written."""
        self._files[sha256] = file
        with self._path.open("a") as lines:
            lines.write(_format_line(sha256, file))

    def keep(self, sha256s: Set[str]) -> None:
        """Forgets all other files: a sketch shows a film, though coarsely."""
        self._files = {name: file for name, file in self._files.items() if name in sha256s}
        lines = (_format_line(*item) for item in self._files.items())
        write_atomically(self._path, "".join(lines).encode())


def _format_line(sha256: str, file: ConvertedFile) -> str:
    return json.dumps([sha256, asdict(file)]) + "\n"


def _parse_line(line: str) -> tuple[str, ConvertedFile] | None:
    """Returns None for an incomplete line."""
    try:
        sha256, fields = json.loads(line)
        return sha256, ConvertedFile(**fields)
    except (ValueError, TypeError):
        return None
