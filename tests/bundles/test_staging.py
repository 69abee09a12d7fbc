"""A bundle is the same folder wherever and however often it is staged."""

import hashlib

from bundles import staging
from bundles.functions import API


def _content(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_bundle_staged_twice_is_the_same(tmp_path, monkeypatch):
    first = staging.stage_for_lambda(API)
    monkeypatch.setattr(staging, "STAGED", tmp_path)
    assert _content(staging.stage_for_lambda(API)) == _content(first)


def test_a_bundle_holds_its_own_folders_and_no_other(tmp_path):
    folder = staging.stage_for_lambda(API)
    own = {path.name for path in staging.ROOT.iterdir() if path.is_dir()}
    assert {path.name for path in folder.iterdir()} & own == set(API.folders)


def test_the_runtime_brings_its_own_sdk():
    folder = staging.stage_for_lambda(API)
    assert not (folder / "boto3").exists()
    assert not (folder / "botocore").exists()
    assert (folder / "redis").exists()
