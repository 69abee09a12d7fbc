"""Objects of S3 on disk: each version and delete marker of each bucket, in order of creation."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

# The description on disk keeps this older name, so that existing data folders stay readable.
_STORED_NAMES = {"last_modified": "made"}


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an object, or a delete marker.

    `number` counts up over all buckets. `last_modified` is in UTC, ISO 8601. `metadata` holds the
    content type and the other headers that S3 stores with an object.
    """

    number: int
    bucket: str
    key: str
    version_id: str
    last_modified: str
    etag: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    is_marker: bool = False


class ObjectStore:
    """Writes a version as two files: its content, then its description as JSON.

    A version without a description was not completely written; the next start deletes it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        numbers = map(_number, folder.glob("*/[0-9]*"))
        self._numbers = itertools.count(max(numbers, default=0) + 1)

    def read_versions(self) -> list[Version]:
        """Returns all versions, oldest first, and deletes incomplete ones."""
        descriptions = sorted(self._folder.glob("*/[0-9]*.json"), key=_number)
        versions = [version for path in descriptions if (version := _read_description(path))]
        self._delete_incomplete({version.number for version in versions})
        return versions

    def next_number(self) -> int:
        return next(self._numbers)

    def content_path(self, version: Version) -> Path:
        return self._path(version, "bytes")

    def write_object(self, version: Version, content: bytes) -> None:
        """Raises OSError if the disk is full; then no file of the version remains."""
        try:
            self.content_path(version).parent.mkdir(exist_ok=True)
            self.content_path(version).write_bytes(content)
            self._write_description(version)
        except OSError:
            self.content_path(version).unlink(missing_ok=True)
            raise

    def write_marker(self, version: Version) -> None:
        """Raises OSError if the disk is full."""
        self._path(version, "json").parent.mkdir(exist_ok=True)
        self._write_description(version)

    def replace_metadata(self, version: Version, metadata: Mapping[str, str]) -> Version:
        changed = replace(version, metadata=dict(metadata))
        self._write_description(changed)
        return changed

    def delete_version(self, version: Version) -> None:
        self._path(version, "json").unlink(missing_ok=True)
        self.content_path(version).unlink(missing_ok=True)

    def _write_description(self, version: Version) -> None:
        fields = {_STORED_NAMES.get(name, name): value for name, value in asdict(version).items()}
        partial = self._path(version, "partial")
        try:
            partial.write_text(json.dumps(fields))
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        partial.rename(self._path(version, "json"))

    def _path(self, version: Version, suffix: str) -> Path:
        return self._folder / version.bucket / f"{version.number:012}.{suffix}"

    def _delete_incomplete(self, complete: set[int]) -> None:
        for path in self._folder.glob("*/[0-9]*"):
            if path.suffix == ".partial" or _number(path) not in complete:
                path.unlink()


def _read_description(path: Path) -> Version | None:
    """Returns None for a file that a power cut left empty or incomplete."""
    try:
        fields = json.loads(path.read_text())
    except ValueError:
        return None
    names = {stored: name for name, stored in _STORED_NAMES.items()}
    return Version(**{names.get(name, name): value for name, value in fields.items()})


def _number(path: Path) -> int:
    return int(path.stem)
