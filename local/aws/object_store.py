"""Objects on disk: every version and delete marker of every bucket, in the order they were made."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an object, or a delete marker. `number` counts up over all buckets; `made` is
    UTC, ISO 8601; `metadata` holds the content type and what else was sent with the bytes.
    """

    number: int
    bucket: str
    key: str
    version_id: str
    made: str
    etag: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    is_marker: bool = False


class ObjectFolder:
    """A version is its bytes and, written after them, its description: a version without one was
    never finished and is swept at the next start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count(max(map(_number, folder.glob("*/[0-9]*")), default=0) + 1)

    def versions(self) -> list[Version]:
        """All of them, oldest first."""
        described = sorted(self._folder.glob("*/[0-9]*.json"), key=_number)
        versions = [version for path in described if (version := _described(path))]
        self._sweep({version.number for version in versions})
        return versions

    def next_number(self) -> int:
        return next(self._numbers)

    def content(self, version: Version) -> Path:
        return self._place(version, "bytes")

    def put(self, version: Version, content: bytes) -> None:
        """Raises OSError where there is no room, and leaves nothing of the version."""
        try:
            self.content(version).parent.mkdir(exist_ok=True)
            self.content(version).write_bytes(content)
            self._describe(version)
        except OSError:
            self.content(version).unlink(missing_ok=True)
            raise

    def mark(self, version: Version) -> None:
        """Raises OSError where there is no room."""
        self._place(version, "json").parent.mkdir(exist_ok=True)
        self._describe(version)

    def set_metadata(self, version: Version, metadata: Mapping[str, str]) -> Version:
        changed = replace(version, metadata=dict(metadata))
        self._describe(changed)
        return changed

    def remove(self, version: Version) -> None:
        self._place(version, "json").unlink(missing_ok=True)
        self.content(version).unlink(missing_ok=True)

    def _describe(self, version: Version) -> None:
        partial = self._place(version, "partial")
        try:
            partial.write_text(json.dumps(asdict(version)))
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        partial.rename(self._place(version, "json"))

    def _place(self, version: Version, ending: str) -> Path:
        return self._folder / version.bucket / f"{version.number:012}.{ending}"

    def _sweep(self, finished: set[int]) -> None:
        for path in self._folder.glob("*/[0-9]*"):
            if path.suffix == ".partial" or _number(path) not in finished:
                path.unlink()


def _described(path: Path) -> Version | None:
    """None where the machine stopped before the description was on the disk."""
    try:
        return Version(**json.loads(path.read_text()))
    except ValueError:
        return None


def _number(path: Path) -> int:
    return int(path.stem)
