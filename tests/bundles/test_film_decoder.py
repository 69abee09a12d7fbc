"""The decoder of original films: what npm builds for the bundle of the page."""

import gzip
import json
from pathlib import Path

import pytest

from bundles import film_decoder
from bundles.bundle_contents import UI
from bundles.film_decoder import MANIFESTS, DecoderBuildError, build_film_decoder
from bundles.staging import stage_for_lambda

# A function answers at most 6 MB, in base64.
MAX_BYTES = 4_000_000


def test_each_file_is_small_enough_for_an_answer_of_the_page() -> None:
    for name, path in build_film_decoder().items():
        assert len(gzip.compress(path.read_bytes())) < MAX_BYTES, name


def test_the_bundle_of_the_page_holds_the_decoder() -> None:
    folder = stage_for_lambda(UI) / "ui" / "static" / "decoder"
    assert {path.name for path in folder.iterdir()} == set(build_film_decoder())
    assert b"import.meta" in (folder / "film_decoder.js").read_bytes()


def test_each_package_has_its_licence_beside_it() -> None:
    text = build_film_decoder()["licences.txt"].read_text()
    for name, version in json.loads((MANIFESTS / "package.json").read_text())[
        "dependencies"
    ].items():
        assert f"{name} {version}: MIT" in text
    assert "Permission is hereby granted" in text


def test_the_script_evaluates_no_text() -> None:
    """The policy of the page allows WebAssembly, and no code from text."""
    script = build_film_decoder()["film_decoder.js"].read_text()
    assert "new Function" not in script
    assert "eval(" not in script


def test_a_build_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "worker.js").write_text("import './absent.js';")
    monkeypatch.setattr(film_decoder, "SOURCES", sources)
    monkeypatch.setattr(film_decoder, "BUILT", tmp_path / "built")
    with pytest.raises(DecoderBuildError, match="absent"):
        build_film_decoder()
    assert list((tmp_path / "built").iterdir()) == []
