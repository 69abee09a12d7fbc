"""Compares the files of installed wheels with the hashes that the wheels record of them.

A wheel lists each of its files with its hash in `{name}.dist-info/RECORD`, see
https://packaging.python.org/en/latest/specifications/recording-installed-packages/.
"""

import base64
import csv
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

_ALGORITHM = "sha256"


def find_changed_files(folder: Path, *, is_shipped: Callable[[str], bool]) -> list[str]:
    """Returns the path of each file of a wheel in `folder` that is absent or differs from its
    record, and of each record that is absent. A file without a hash may have any content.
    """
    records = [wheel / "RECORD" for wheel in sorted(folder.glob("*.dist-info"))]
    absent = [str(record.relative_to(folder)) for record in records if not record.is_file()]
    entries = [entry for record in records if record.is_file() for entry in _read_record(record)]
    return absent + [
        path
        for path, digest in entries
        if digest and is_shipped(path) and not _has_hash(folder / path, digest)
    ]


def _read_record(record: Path) -> Iterator[tuple[str, str]]:
    """Yields each path with its hash, or with "" if the record holds none."""
    with record.open(newline="", encoding="utf-8") as lines:
        for path, digest, *_ in csv.reader(lines):
            yield path, digest


def _has_hash(file: Path, digest: str) -> bool:
    return file.is_file() and _hash(file) == digest


def _hash(file: Path) -> str:
    """Returns the hash as a record holds it: in URL-safe base64 without padding."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, _ALGORITHM).digest()
    return f"{_ALGORITHM}={base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
