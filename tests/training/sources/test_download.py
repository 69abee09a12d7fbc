"""A download resumes where it stopped, and a file exists only with the right bytes."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from tests.training.sources.local_server import LocalServer
from training.sources.download import CHUNK, TRIES, RemoteFile, download
from training.sources.errors import SourceError

CONTENT = np.random.default_rng(0).bytes(300_000)


def _remote(
    server: LocalServer, *, sha256: str = hashlib.sha256(CONTENT).hexdigest()
) -> RemoteFile:
    server.files["/file.zip"] = CONTENT
    return RemoteFile(f"{server.address}/file.zip", len(CONTENT), sha256)


def test_a_connection_that_ends_half_way_is_taken_up_there(
    server: LocalServer, tmp_path: Path
) -> None:
    remote = _remote(server)
    server.dies_after = [6 * CHUNK]
    download(remote, tmp_path / "file.zip", pause=0)
    assert server.ranges == [None, f"bytes={6 * CHUNK}-"]
    assert (tmp_path / "file.zip").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["file.zip"]


def test_a_run_that_was_stopped_is_taken_up_by_the_next(
    server: LocalServer, tmp_path: Path
) -> None:
    (tmp_path / "file.zip.part").write_bytes(CONTENT[:1234])
    download(_remote(server), tmp_path / "file.zip")
    assert server.ranges == ["bytes=1234-"]
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_a_connection_that_ends_again_and_again_is_taken_up_as_long_as_bytes_come(
    server: LocalServer, tmp_path: Path
) -> None:
    server.dies_after = [CHUNK] * (TRIES + 2)
    download(_remote(server), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_another_range_than_was_asked_for_is_not_appended(
    server: LocalServer, tmp_path: Path
) -> None:
    server.shift = 7
    (tmp_path / "file.zip.part").write_bytes(CONTENT[:1234])
    with pytest.raises(SourceError, match="another part of the file"):
        download(_remote(server), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip.part").read_bytes() == CONTENT[:1234]


def test_a_server_without_ranges_is_read_from_the_start(
    server: LocalServer, tmp_path: Path
) -> None:
    server.supports_ranges = False
    server.dies_after = [100_000]
    download(_remote(server), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_a_server_that_gives_nothing_more_is_given_up_and_the_part_kept(
    server: LocalServer, tmp_path: Path
) -> None:
    remote = _remote(server)
    server.dies_after = [CHUNK] + [0] * TRIES
    with pytest.raises(SourceError, match=r"after 16,384 of 300,000 bytes: .*goes on there"):
        download(remote, tmp_path / "file.zip", pause=0)
    assert [path.name for path in tmp_path.iterdir()] == ["file.zip.part"]
    assert (tmp_path / "file.zip.part").read_bytes() == CONTENT[:CHUNK]


def test_trouble_of_the_server_passes(server: LocalServer, tmp_path: Path) -> None:
    server.statuses = [503, 429]
    download(_remote(server), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_a_refusal_does_not_pass(server: LocalServer, tmp_path: Path) -> None:
    server.statuses = [403]
    with pytest.raises(SourceError, match="status 403"):
        download(_remote(server), tmp_path / "file.zip", pause=0)
    assert len(server.ranges) == 1


@pytest.mark.parametrize("so_far", [b"", b"other bytes", CONTENT + b"more"])
def test_of_wrong_bytes_nothing_is_kept(server: LocalServer, tmp_path: Path, so_far: bytes) -> None:
    remote = _remote(server) if so_far else _remote(server, sha256="0" * 64)
    (tmp_path / "file.zip.part").write_bytes(so_far)
    with pytest.raises(SourceError, match=r"file\.zip is not the file that was published"):
        download(remote, tmp_path / "file.zip", pause=0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_downloaded_again(server: LocalServer, tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(CONTENT)
    download(_remote(server), tmp_path / "file.zip")
    assert server.ranges == []


def test_a_file_with_other_bytes_is_downloaded_anew(server: LocalServer, tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(CONTENT[::-1])
    download(_remote(server), tmp_path / "file.zip")
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_no_connection_is_said(tmp_path: Path) -> None:
    unreachable = RemoteFile("http://127.0.0.1:9/file.zip", 10, "0" * 64)
    with pytest.raises(SourceError, match="after 0 of 10 bytes: the connection failed"):
        download(unreachable, tmp_path / "file.zip", pause=0)
