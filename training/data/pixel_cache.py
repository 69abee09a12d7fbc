"""Keeps the decoded pixels of a data set, so that a further load reads instead of decoding.

One file for each radiograph, by the hash that the manifest has of it: the network's input and its
SHA-256. The folder belongs to one data set: what its manifest lacks is deleted at the start of a
run, so that the pixels of a deleted radiograph do not stay.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import numpy as np
import PIL

import screening
from contracts.endpoint import INPUT_BYTES, INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.manifest import DataError, Radiograph, decode_pixels, read_verified

_SUFFIX, _PARTIAL = ".pixels", ".partial"

_folder: ContextVar[Path | None] = ContextVar("pixel_cache", default=None)


@contextmanager
def use_pixel_cache(folder: Path | None, radiographs: Iterable[Radiograph]) -> Iterator[None]:
    """Caches what is loaded meanwhile; with None nothing is. Raises DataError."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _prune(folder, radiographs)
        except OSError as error:
            raise DataError(f"{folder} cannot hold decoded pixels: {error.strerror}.") from error
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def load_pixels(radiograph: Radiograph) -> Pixels:
    """Returns the same as `read_pixels`, from the cache where it has it. Raises DataError.

    The file of the radiograph is read and compared with the manifest also then.
    """
    content = read_verified(radiograph)
    folder = _folder.get()
    if folder is None:
        return decode_pixels(content)
    path = folder / _file_name(radiograph)
    pixels = _read(path)
    if pixels is None:
        pixels = decode_pixels(content)
        _write(path, pixels)
    return pixels


def _read(path: Path) -> Pixels | None:
    """Returns None for a file that is not there, or not whole."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    raw, digest = content[:INPUT_BYTES], content[INPUT_BYTES:]
    if hashlib.sha256(raw).digest() != digest:
        return None
    return np.frombuffer(raw, np.uint8).reshape(INPUT_ROWS, INPUT_COLUMNS, 1)


def _write(path: Path, pixels: Pixels) -> None:
    """Writes at once for readers; after a power failure the digest tells what is not whole."""
    raw = pixels.tobytes()
    # Two runs may write the same file at once.
    partial = path.with_suffix(f".{os.getpid()}{_PARTIAL}")
    partial.write_bytes(raw + hashlib.sha256(raw).digest())
    # The start of another run deletes it, and the pixels are decoded again.
    with suppress(FileNotFoundError):
        partial.replace(path)


def _prune(folder: Path, radiographs: Iterable[Radiograph]) -> None:
    names = {_file_name(radiograph) for radiograph in radiographs}
    for path in (*folder.glob(f"*{_SUFFIX}"), *folder.glob(f"*{_PARTIAL}")):
        if path.name not in names:
            path.unlink(missing_ok=True)


def _file_name(radiograph: Radiograph) -> str:
    return f"{radiograph.sha256}-{_decoder_version()}{_SUFFIX}"


@cache
def _decoder_version() -> str:
    """Returns eight digits that change with the code of screening and with Pillow."""
    folder = Path(screening.__path__[0])
    digest = hashlib.sha256(PIL.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
