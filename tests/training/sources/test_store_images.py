"""A stopped run resumes: converted images are not converted again, damaged ones are."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.radiograph import Pixels
from tests.training.sources.synthetic_images import pixels
from training.data.manifest import MANIFEST
from training.sources.conversion_log import ConversionLog
from training.sources.errors import SourceError, UnusableImage
from training.sources.near_duplicates import sketch
from training.sources.source_image import Exclusion, SourceImage, StoredImage
from training.sources.store_images import store_images


class Converter:
    """Records what it converts; at `stops_at` it raises as if a person had pressed Ctrl-C."""

    def __init__(self, stops_at: bytes = b"") -> None:
        self.contents: list[bytes] = []
        self._stops_at = stops_at

    def __call__(self, content: bytes) -> tuple[bytes, Pixels]:
        if content == self._stops_at:
            raise KeyboardInterrupt
        if content == b"refused":
            raise RejectedFile(Rejection.DAMAGED)
        self.contents.append(content)
        return content * 2, pixels(content[0])


def _patient(content: bytes) -> str:
    if content == b"nobody":
        raise UnusableImage("of nobody")
    return "1"


def _store(
    folder: Path, contents: Iterable[bytes], converter: Converter
) -> tuple[list[StoredImage], list[Exclusion]]:
    images = [
        SourceImage(
            source=content.decode(),
            split="train",
            label="NORMAL",
            subtype="normal",
            read=partial(bytes, content),
            convert=converter,
            patient=_patient,
        )
        for content in contents
    ]
    return store_images(images, folder, log=ConversionLog(folder, source="test"))


def _files(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (folder / "train" / "NORMAL").iterdir())


def test_a_stopped_run_goes_on_with_what_is_not_done(tmp_path: Path) -> None:
    first, second = Converter(stops_at=b"c"), Converter()
    with pytest.raises(KeyboardInterrupt):
        _store(tmp_path, [b"a", b"b", b"c", b"d"], first)
    images, _ = _store(tmp_path, [b"a", b"b", b"c", b"d"], second)
    assert (first.contents, second.contents) == ([b"a", b"b"], [b"c", b"d"])
    assert _files(tmp_path) == [b"aa", b"bb", b"cc", b"dd"]
    assert [image.bytes for image in images] == [2, 2, 2, 2]
    for image in images:
        assert np.array_equal(image.sketch, sketch(pixels(image.source.encode()[0])))


def test_a_note_that_was_torn_is_written_again_and_tears_no_other(tmp_path: Path) -> None:
    _store(tmp_path, [b"a", b"b"], Converter())
    [log] = tmp_path.glob(".prepared-*.jsonl")
    log.write_bytes(log.read_bytes()[:-30])
    again, last = Converter(), Converter()
    _store(tmp_path, [b"a", b"b", b"c"], again)
    _store(tmp_path, [b"a", b"b", b"c"], last)
    assert (again.contents, last.contents) == ([b"b", b"c"], [])


@pytest.mark.parametrize("rest", [None, b"a"])
def test_a_file_that_is_gone_or_short_is_made_again(tmp_path: Path, rest: bytes | None) -> None:
    _store(tmp_path, [b"a"], Converter())
    [path] = (tmp_path / "train" / "NORMAL").iterdir()
    path.unlink() if rest is None else path.write_bytes(rest)
    again = Converter()
    _store(tmp_path, [b"a"], again)
    assert again.contents == [b"a"]
    assert _files(tmp_path) == [b"aa"]


def test_what_changed_in_the_source_is_made_anew(tmp_path: Path) -> None:
    _store(tmp_path, [b"a"], Converter())
    again = Converter()
    _store(tmp_path, [b"b"], again)
    assert again.contents == [b"b"]


def test_what_cannot_be_used_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    images, exclusions = _store(tmp_path, [b"refused", b"a", b"nobody", b"a"], Converter())
    assert [image.source for image in images] == ["a"]
    assert exclusions == [
        Exclusion("refused", "screening refuses it: damaged"),
        Exclusion("nobody", "of nobody"),
        Exclusion("a", "the same bytes as a"),
    ]
    assert _files(tmp_path) == [b"aa"]


def test_a_folder_that_another_source_filled_is_refused(tmp_path: Path) -> None:
    ConversionLog(tmp_path / "one", source="kaggle")
    ConversionLog(tmp_path / "one", source="kaggle")
    with pytest.raises(SourceError, match="not made from dicom"):
        ConversionLog(tmp_path / "one", source="dicom")
    (tmp_path / "by_hand").mkdir()
    (tmp_path / "by_hand" / MANIFEST).write_text("")
    with pytest.raises(SourceError, match="not made from kaggle"):
        ConversionLog(tmp_path / "by_hand", source="kaggle")
