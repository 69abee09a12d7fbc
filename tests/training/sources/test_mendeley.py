"""The address and hash of the archive come from Mendeley's own list."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.sources.local_server import LocalServer
from training.sources.errors import SourceError
from training.sources.mendeley import ARCHIVE, LISTING, fetch_archive

CONTENT = b"an archive"


def _listing(server: LocalServer, **details: Any) -> str:
    """Returns the address of a list as the public API has it, with another file before."""
    server.files["/other"] = b"another file"
    server.files["/archive"] = CONTENT
    archive = {
        "download_url": f"{server.address}/archive",
        "sha256_hash": hashlib.sha256(CONTENT).hexdigest(),
        "size": len(CONTENT),
    }
    other = {**archive, "download_url": f"{server.address}/other"}
    files = [
        {"filename": "OCT2017.tar.gz", "content_details": other},
        {"filename": ARCHIVE, "content_details": {**archive, **details}},
    ]
    server.files["/files"] = json.dumps(files).encode()
    return f"{server.address}/files?folder_id=root&version=2"


def test_the_archive_is_the_one_that_is_listed(server: LocalServer, tmp_path: Path) -> None:
    path = fetch_archive(tmp_path / "data", listing=_listing(server))
    assert path == tmp_path / "data" / "ChestXRay2017.zip"
    assert path.read_bytes() == CONTENT


def test_a_hash_that_is_not_the_listed_one_is_said(server: LocalServer, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not the file that was published"):
        fetch_archive(tmp_path, listing=_listing(server, sha256_hash="0" * 64))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("listing", "sentence"),
    [
        (b"<html>", "no longer JSON"),
        (b"[]", "has no ChestXRay2017.zip"),
        (b'{"message": "gone"}', "has another form than before"),
        (b'[{"filename": "ChestXRay2017.zip"}]', "has another form than before"),
        (None, "status 404"),
    ],
)
def test_a_list_that_is_of_no_use_leads_to_the_browser(
    server: LocalServer, tmp_path: Path, listing: bytes | None, sentence: str
) -> None:
    server.files = {} if listing is None else {"/files": listing}
    with pytest.raises(SourceError, match=rf"{sentence}.*in a browser.*--archive"):
        fetch_archive(tmp_path, listing=f"{server.address}/files")


def test_without_a_connection_the_browser_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no connection to Mendeley.*--archive"):
        fetch_archive(tmp_path, listing="http://127.0.0.1:9/files")


def test_version_2_is_asked_for() -> None:
    assert "rscbjbr9sj" in LISTING
    assert LISTING.endswith("version=2")
