"""A bundle is the same folder wherever and however often it is staged."""

import hashlib
from pathlib import Path

import pytest

from bundles import staging
from bundles.bundle_contents import API, ROOT


def _file_hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_bundle_staged_twice_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = staging.stage_for_lambda(API)
    monkeypatch.setattr(staging, "STAGED", tmp_path)
    assert _file_hashes(staging.stage_for_lambda(API)) == _file_hashes(first)


def test_a_bundle_holds_its_own_folders_and_no_other() -> None:
    folder = staging.stage_for_lambda(API)
    units = {path.name for path in ROOT.iterdir() if path.is_dir()}
    assert {path.name for path in folder.iterdir()} & units == set(API.folders)


def test_the_runtime_brings_its_own_sdk() -> None:
    folder = staging.stage_for_lambda(API)
    assert not (folder / "boto3").exists()
    assert not (folder / "botocore").exists()
    assert (folder / "redis").exists()
