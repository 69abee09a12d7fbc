"""A large file from the web: goes on where it stopped, and is only there once its hash is right."""

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

# Mendeley turns away clients that do not look like a browser. Bytes must come as they are
# counted, so not compressed on the way.
HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; chest-xray-screening)",
    "Accept-Encoding": "identity",
}
# Seconds to connect, and to wait for the next byte.
TIMEOUT = (10, 60)
# Tries in a row that bring no byte; after each, twice as long a pause, from one second.
TRIES = 4
# Bytes at a time: where a connection ends, those that have come of the last ones are lost.
CHUNK = 1 << 14


@dataclass(frozen=True)
class RemoteFile:
    """A file on the web: its size in bytes, and its SHA-256 in hexadecimal."""

    url: str
    size: int
    sha256: str


def download(remote: RemoteFile, to: Path, *, pause: float = 1.0) -> None:
    """Puts the file at `to`, unless it is there. Bytes so far lie beside it as `.part`.

    Raises SourceError: no connection, a refusal, or other bytes than `remote.sha256` says, of
    which nothing is kept.
    """
    if to.is_file() and _sha256(to) == remote.sha256.lower():
        return
    part = to.with_name(f"{to.name}.part")
    to.parent.mkdir(parents=True, exist_ok=True)
    with _progress() as progress:
        task = progress.add_task(to.name, total=remote.size)
        _until_whole(remote, part, progress, task, pause=pause)
    try:
        check_sha256(part, remote.sha256)
    except SourceError:
        part.unlink()
        raise
    part.replace(to)


def check_sha256(path: Path, expected: str) -> None:
    """Raises SourceError where the file has another hash."""
    found = _sha256(path)
    if found != expected.lower():
        raise SourceError(
            f"{path.name.removesuffix('.part')} is not the file that was published: its SHA-256 "
            f"is {found}, and should be {expected.lower()}. Download it again."
        )


def _until_whole(
    remote: RemoteFile, part: Path, progress: Progress, task: TaskID, *, pause: float
) -> None:
    failed = 0
    while (before := _size(part)) < remote.size:
        try:
            _append(remote, part, progress, task)
            reason = "the connection ended"
        except requests.RequestException as error:
            reason = _in_words(error)
        failed = 0 if _size(part) > before else failed + 1
        if failed == TRIES:
            raise SourceError(
                f"The download has stopped after {before:,} of {remote.size:,} bytes: {reason}. "
                "The same command goes on there."
            )
        time.sleep(pause * 2 ** (failed - 1) if failed else 0)


def _append(remote: RemoteFile, part: Path, progress: Progress, task: TaskID) -> None:
    """As many of the missing bytes as come. Raises SourceError, RequestException."""
    have = _size(part)
    wanted = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(
        remote.url, headers=HEADERS | wanted, timeout=TIMEOUT, stream=True
    ) as response:
        if response.status_code >= 500 or response.status_code == 429:
            response.raise_for_status()
        goes_on = response.status_code == 206
        if goes_on and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise SourceError("The server sends another part of the file than was asked for.")
        if not goes_on and response.status_code != 200:
            raise SourceError(f"The server refuses the download: status {response.status_code}.")
        progress.update(task, completed=have if goes_on else 0)
        with part.open("ab" if goes_on else "wb") as out:
            for chunk in response.iter_content(CHUNK):
                out.write(chunk)
                progress.advance(task, len(chunk))


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "the server does not answer"
    if isinstance(error, requests.HTTPError):
        return f"the server has trouble, status {error.response.status_code}"
    return "the connection failed"


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
