"""What is done already, a line for each picture, so that a run that was stopped goes on."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from training.data.manifest import MANIFEST
from training.sources.errors import SourceError


@dataclass(frozen=True)
class ConvertedFile:
    """Of the file that was kept: size, SHA-256, and the bytes of its sketch in hexadecimal."""

    bytes: int
    sha256: str
    sketch: str


class ConversionLog:
    """Of the data set in `folder`, by the SHA-256 of each picture as it is in the source.

    Raises SourceError where the folder holds a data set that another source made.
    """

    def __init__(self, folder: Path, *, source: str) -> None:
        self._path = folder / f".prepared-{source}.jsonl"
        others = [folder / MANIFEST, *folder.glob(".prepared-*.jsonl")]
        if not self._path.exists() and any(other.exists() for other in others):
            raise SourceError(
                f"{folder} holds a data set that was not made from {source}. "
                "Give another folder with --out."
            )
        folder.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+") as lines:
            # A line of its own behind one that was torn when the machine stopped.
            lines.write("\n")
            lines.seek(0)
            self._notes = dict(filter(None, map(_parsed, lines)))

    def of(self, sha256: str) -> ConvertedFile | None:
        """None where this picture is not done."""
        return self._notes.get(sha256)

    def add(self, sha256: str, note: ConvertedFile) -> None:
        """The file must be there before."""
        self._notes[sha256] = note
        with self._path.open("a") as out:
            out.write(json.dumps([sha256, asdict(note)]) + "\n")


def _parsed(line: str) -> tuple[str, ConvertedFile] | None:
    try:
        sha256, said = json.loads(line)
        return sha256, ConvertedFile(**said)
    except (ValueError, TypeError):
        return None
