"""Downloads a large file: resumes where it stopped, and keeps only bytes with the right hash."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import requests
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from training.sources.errors import SourceError

# Mendeley refuses clients that do not look like a browser. Without compression, because ranges
# count the bytes of the file itself.
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; chest-xray-screening)",
    "Accept-Encoding": "identity",
}
# Seconds to connect, and to wait for the next byte.
TIMEOUT = (10, 60)
# Attempts in a row that bring no byte; the pause doubles after each, from one second.
TRIES = 4
# Bytes at a time: when a connection ends, an incomplete chunk is lost.
CHUNK = 1 << 14


@dataclass(frozen=True)
class RemoteFile:
    """A file on the web: its size in bytes, and its SHA-256 in hexadecimal."""

    url: str
    size: int
    sha256: str


def download(remote: RemoteFile, target: Path, *, pause: float = 1.0) -> None:
    """Downloads to `target`, unless the file is there; a part of it lies beside it as `.part`.

    Raises SourceError if there is no connection, if the server refuses, or if the hash is wrong;
    in the last case the part is removed.
    """
    if target.is_file() and file_sha256(target) == remote.sha256.lower():
        return
    part = target.with_name(f"{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _create_progress() as progress:
        task = progress.add_task(target.name, total=remote.size)
        _download_all(remote, part, progress, task, pause=pause)
    try:
        check_sha256(part, remote.sha256)
    except SourceError:
        part.unlink()
        raise
    part.replace(target)


def check_sha256(path: Path, expected: str) -> None:
    """Raises SourceError if the file has another hash."""
    sha256 = file_sha256(path)
    if sha256 != expected.lower():
        raise SourceError(
            f"{path.name.removesuffix('.part')} is not the file that was published: its SHA-256 "
            f"is {sha256}, and should be {expected.lower()}. Download it again."
        )


def _download_all(
    remote: RemoteFile, part: Path, progress: Progress, task: TaskID, *, pause: float
) -> None:
    failures = 0
    while (size_before := _size(part)) < remote.size:
        try:
            _append(remote, part, progress, task)
            reason = "the connection ended"
        except requests.RequestException as error:
            reason = _describe(error)
        failures = 0 if _size(part) > size_before else failures + 1
        if failures == TRIES:
            raise SourceError(
                f"The download has stopped after {size_before:,} of {remote.size:,} bytes: "
                f"{reason}. The same command goes on there."
            )
        time.sleep(pause * 2 ** (failures - 1) if failures else 0)


def _append(remote: RemoteFile, part: Path, progress: Progress, task: TaskID) -> None:
    """Appends as many of the missing bytes as come. Raises SourceError, RequestException."""
    size = _size(part)
    range_header = {"Range": f"bytes={size}-"} if size else {}
    with requests.get(
        remote.url, headers=HEADERS | range_header, timeout=TIMEOUT, stream=True
    ) as response:
        if response.status_code >= 500 or response.status_code == 429:
            response.raise_for_status()
        is_partial = response.status_code == 206
        content_range = response.headers.get("Content-Range", "")
        if is_partial and not content_range.startswith(f"bytes {size}-"):
            raise SourceError("The server sends another part of the file than was asked for.")
        if not is_partial and response.status_code != 200:
            raise SourceError(f"The server refuses the download: status {response.status_code}.")
        progress.update(task, completed=size if is_partial else 0)
        with part.open("ab" if is_partial else "wb") as file:
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                progress.advance(task, len(chunk))


def file_sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _describe(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "the server does not answer"
    if isinstance(error, requests.HTTPError):
        return f"the server has trouble, status {error.response.status_code}"
    return "the connection failed"


def _create_progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
