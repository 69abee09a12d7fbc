"""Cached pixels are those of the files, and none outlives its radiograph."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from training.data import pixel_cache
from training.data.examples import load_images
from training.data.manifest import DataError, Radiograph, read_manifest
from training.data.pixel_cache import use_pixel_cache


@pytest.fixture
def radiographs(drawn_data: Path) -> Sequence[Radiograph]:
    return read_manifest(drawn_data)[:6]


def refuse_to_decode(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(content: bytes) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(pixel_cache, "decode_pixels", decode)


def test_a_second_load_decodes_nothing_and_gives_the_same(
    radiographs: Sequence[Radiograph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = load_images(radiographs)
    with use_pixel_cache(tmp_path, radiographs):
        first = load_images(radiographs)
    refuse_to_decode(monkeypatch)
    with use_pixel_cache(tmp_path, radiographs):
        second = load_images(radiographs[::-1])[::-1]
    assert np.array_equal(first, plain)
    assert np.array_equal(second, plain)


def test_without_a_cache_nothing_is_stored(
    radiographs: Sequence[Radiograph], tmp_path: Path
) -> None:
    with use_pixel_cache(tmp_path, radiographs):
        pass
    with use_pixel_cache(None, radiographs):
        load_images(radiographs)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"\0" * 50_208])
def test_a_damaged_file_is_written_anew(
    radiographs: Sequence[Radiograph], tmp_path: Path, damage: bytes
) -> None:
    with use_pixel_cache(tmp_path, radiographs):
        expected = load_images(radiographs)
        path = min(tmp_path.iterdir())
        whole = path.read_bytes()
        path.write_bytes(damage)
        assert np.array_equal(load_images(radiographs), expected)
        assert path.read_bytes() == whole


def test_pixels_of_a_radiograph_that_left_the_data_set_are_deleted(
    radiographs: Sequence[Radiograph], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "of-a-killed-run.1.partial").touch()
    with use_pixel_cache(tmp_path, radiographs):
        load_images(radiographs)
    with use_pixel_cache(tmp_path, radiographs[1:]):
        names = {path.name[:64] for path in tmp_path.glob("*.pixels")}
    assert names == {radiograph.sha256 for radiograph in radiographs[1:]}
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".pixels") == [
        "notes.txt"
    ]


def test_another_decoder_reads_no_older_pixels(
    radiographs: Sequence[Radiograph], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with use_pixel_cache(tmp_path, radiographs):
        load_images(radiographs)
    monkeypatch.setattr(pixel_cache, "_decoder_version", lambda: "another")
    refuse_to_decode(monkeypatch)
    with (
        use_pixel_cache(tmp_path, radiographs),
        pytest.raises(AssertionError, match="decoded"),
    ):
        load_images(radiographs)


def test_a_changed_file_is_refused_though_its_pixels_are_cached(
    drawn_data: Path, tmp_path: Path
) -> None:
    original = read_manifest(drawn_data)[0]
    copy = tmp_path / "copy.png"
    copy.write_bytes(original.path.read_bytes())
    radiograph = Radiograph(**{**vars(original), "path": copy})
    with use_pixel_cache(tmp_path / "cache", [radiograph]):
        load_images([radiograph])
        copy.write_bytes(b"another film")
        with pytest.raises(DataError, match="another file than the manifest"):
            load_images([radiograph])


def test_a_folder_that_cannot_be_made_is_named(
    radiographs: Sequence[Radiograph], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(DataError, match="cannot hold decoded pixels"),
        use_pixel_cache(tmp_path / "file" / "cache", radiographs),
    ):
        pass
