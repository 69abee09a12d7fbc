"""A download goes on where it stopped, and a file is only there with the right bytes."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from tests.training.sources.local_server import Web
from training.sources.download import CHUNK, TRIES, RemoteFile, download
from training.sources.errors import SourceError

CONTENT = np.random.default_rng(0).bytes(300_000)


def _remote(web: Web, *, sha256: str = hashlib.sha256(CONTENT).hexdigest()) -> RemoteFile:
    web.files["/file.zip"] = CONTENT
    return RemoteFile(f"{web.address}/file.zip", len(CONTENT), sha256)


def test_a_connection_that_ends_half_way_is_taken_up_there(web: Web, tmp_path: Path) -> None:
    remote = _remote(web)
    web.dies_after = [6 * CHUNK]
    download(remote, tmp_path / "file.zip", pause=0)
    assert web.ranges == [None, f"bytes={6 * CHUNK}-"]
    assert (tmp_path / "file.zip").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["file.zip"]


def test_a_run_that_was_stopped_is_taken_up_by_the_next(web: Web, tmp_path: Path) -> None:
    (tmp_path / "file.zip.part").write_bytes(CONTENT[:1234])
    download(_remote(web), tmp_path / "file.zip")
    assert web.ranges == ["bytes=1234-"]
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_a_connection_that_ends_again_and_again_is_taken_up_as_long_as_bytes_come(
    web: Web, tmp_path: Path
) -> None:
    web.dies_after = [CHUNK] * (TRIES + 2)
    download(_remote(web), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_another_range_than_was_asked_for_is_not_appended(web: Web, tmp_path: Path) -> None:
    web.shift = 7
    (tmp_path / "file.zip.part").write_bytes(CONTENT[:1234])
    with pytest.raises(SourceError, match="another part of the file"):
        download(_remote(web), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip.part").read_bytes() == CONTENT[:1234]


def test_a_server_without_ranges_is_read_from_the_start(web: Web, tmp_path: Path) -> None:
    web.knows_ranges = False
    web.dies_after = [100_000]
    download(_remote(web), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_a_server_that_gives_nothing_more_is_given_up_and_the_part_kept(
    web: Web, tmp_path: Path
) -> None:
    remote = _remote(web)
    web.dies_after = [CHUNK] + [0] * TRIES
    with pytest.raises(SourceError, match=r"after 16,384 of 300,000 bytes: .*goes on there"):
        download(remote, tmp_path / "file.zip", pause=0)
    assert [path.name for path in tmp_path.iterdir()] == ["file.zip.part"]
    assert (tmp_path / "file.zip.part").read_bytes() == CONTENT[:CHUNK]


def test_trouble_of_the_server_passes(web: Web, tmp_path: Path) -> None:
    web.statuses = [503, 429]
    download(_remote(web), tmp_path / "file.zip", pause=0)
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_a_refusal_does_not_pass(web: Web, tmp_path: Path) -> None:
    web.statuses = [403]
    with pytest.raises(SourceError, match="status 403"):
        download(_remote(web), tmp_path / "file.zip", pause=0)
    assert len(web.ranges) == 1


@pytest.mark.parametrize("so_far", [b"", b"other bytes", CONTENT + b"more"])
def test_of_wrong_bytes_nothing_is_kept(web: Web, tmp_path: Path, so_far: bytes) -> None:
    remote = _remote(web) if so_far else _remote(web, sha256="0" * 64)
    (tmp_path / "file.zip.part").write_bytes(so_far)
    with pytest.raises(SourceError, match=r"file\.zip is not the file that was published"):
        download(remote, tmp_path / "file.zip", pause=0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_downloaded_again(web: Web, tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(CONTENT)
    download(_remote(web), tmp_path / "file.zip")
    assert web.ranges == []


def test_a_file_with_other_bytes_is_downloaded_anew(web: Web, tmp_path: Path) -> None:
    (tmp_path / "file.zip").write_bytes(CONTENT[::-1])
    download(_remote(web), tmp_path / "file.zip")
    assert (tmp_path / "file.zip").read_bytes() == CONTENT


def test_no_connection_is_said(tmp_path: Path) -> None:
    nobody = RemoteFile("http://127.0.0.1:9/file.zip", 10, "0" * 64)
    with pytest.raises(SourceError, match="after 0 of 10 bytes: the connection failed"):
        download(nobody, tmp_path / "file.zip", pause=0)
