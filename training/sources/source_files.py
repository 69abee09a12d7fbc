"""Reads the files of a folder or a ZIP archive one by one, without unpacking the archive."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from screening.radiograph import MAX_BYTES
from training.sources.errors import SourceError, UnusableImage

# macOS and Windows add these to folders and archives.
_SYSTEM_FILES = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class SourceFile:
    """`name` is the path below the root, with slashes; `read` raises UnusableImage."""

    name: str
    read: Callable[[], bytes]


@contextmanager
def open_source(root: Path) -> Iterator[list[SourceFile]]:
    """Yields the files of a folder or a ZIP archive, without hidden ones. Raises SourceError."""
    if root.is_dir():
        yield list_folder(root)
        return
    if not root.exists():
        raise SourceError(f"{root} is not there.")
    try:
        archive = zipfile.ZipFile(root)
    except zipfile.BadZipFile as error:
        raise SourceError(f"{root} is not a ZIP archive, or it is cut off.") from error
    with archive:
        yield _list_archive(root, archive)


def list_folder(root: Path) -> list[SourceFile]:
    """Returns the files below a folder, without hidden ones."""
    files = {
        path.relative_to(root).as_posix(): path
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    return [
        SourceFile(name, _file_reader(path)) for name, path in files.items() if not _is_hidden(name)
    ]


def _list_archive(root: Path, archive: zipfile.ZipFile) -> list[SourceFile]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    for member in members:
        # The stored name, because zipfile cuts `filename` at a zero byte.
        name = PurePosixPath(member.orig_filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in "".join(name.parts[:1]):
            raise SourceError(
                f"{root} holds a file that would lie outside of it, {member.orig_filename!r}. "
                "No archive of radiographs does; nothing of it was used."
            )
    return [
        SourceFile(member.filename, _member_reader(archive, member))
        for member in members
        if not _is_hidden(member.filename)
    ]


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part in _SYSTEM_FILES or part.startswith(".") for part in parts)


def _file_reader(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            _check_size(path.stat().st_size)
            return path.read_bytes()
        except OSError as error:
            raise UnusableImage(f"cannot be read: {error.strerror}") from error

    return read


def _member_reader(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        _check_size(member.file_size)
        try:
            return archive.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise UnusableImage("damaged in the archive") from error
        except (RuntimeError, NotImplementedError) as error:
            raise UnusableImage("packed with a password or an unknown method") from error

    return read


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise UnusableImage(f"larger than the {MAX_BYTES:,} bytes that screening takes")
