"""A run that was stopped goes on: what is done is not done again, what was torn is."""

from collections.abc import Iterable
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
from training.sources.store_images import collect


class Converter:
    """Remembers what it converted; `stops_at` is where a person presses Ctrl-C."""

    def __init__(self, stops_at: bytes = b"") -> None:
        self.done: list[bytes] = []
        self._stops_at = stops_at

    def __call__(self, content: bytes) -> tuple[bytes, Pixels]:
        if content == self._stops_at:
            raise KeyboardInterrupt
        if content == b"refused":
            raise RejectedFile(Rejection.DAMAGED)
        self.done.append(content)
        return content * 2, pixels(content[0])


def _patient(content: bytes) -> str:
    if content == b"nobody":
        raise UnusableImage("of nobody")
    return "1"


def _collect(
    folder: Path, contents: Iterable[bytes], converter: Converter
) -> tuple[list[StoredImage], list[Exclusion]]:
    pictures = [
        SourceImage(
            source=content.decode(),
            split="train",
            label="NORMAL",
            subtype="normal",
            read=lambda content=content: content,
            convert=converter,
            patient=_patient,
        )
        for content in contents
    ]
    return collect(pictures, folder, notes=ConversionLog(folder, source="test"))


def _files(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (folder / "train" / "NORMAL").iterdir())


def test_a_stopped_run_goes_on_with_what_is_not_done(tmp_path: Path) -> None:
    first, second = Converter(stops_at=b"c"), Converter()
    with pytest.raises(KeyboardInterrupt):
        _collect(tmp_path, [b"a", b"b", b"c", b"d"], first)
    kept, _ = _collect(tmp_path, [b"a", b"b", b"c", b"d"], second)
    assert (first.done, second.done) == ([b"a", b"b"], [b"c", b"d"])
    assert _files(tmp_path) == [b"aa", b"bb", b"cc", b"dd"]
    assert [each.bytes for each in kept] == [2, 2, 2, 2]
    assert all(np.array_equal(k.sketch, sketch(pixels(k.source.encode()[0]))) for k in kept)


def test_a_note_that_was_torn_is_written_again_and_tears_no_other(tmp_path: Path) -> None:
    _collect(tmp_path, [b"a", b"b"], Converter())
    [notes] = tmp_path.glob(".prepared-*.jsonl")
    notes.write_bytes(notes.read_bytes()[:-30])
    again, last = Converter(), Converter()
    _collect(tmp_path, [b"a", b"b", b"c"], again)
    _collect(tmp_path, [b"a", b"b", b"c"], last)
    assert (again.done, last.done) == ([b"b", b"c"], [])


@pytest.mark.parametrize("left", [None, b"a"])
def test_a_file_that_is_gone_or_short_is_made_again(tmp_path: Path, left: bytes | None) -> None:
    _collect(tmp_path, [b"a"], Converter())
    [path] = (tmp_path / "train" / "NORMAL").iterdir()
    path.unlink() if left is None else path.write_bytes(left)
    again = Converter()
    _collect(tmp_path, [b"a"], again)
    assert again.done == [b"a"]
    assert _files(tmp_path) == [b"aa"]


def test_what_changed_in_the_source_is_made_anew(tmp_path: Path) -> None:
    _collect(tmp_path, [b"a"], Converter())
    again = Converter()
    _collect(tmp_path, [b"b"], again)
    assert again.done == [b"b"]


def test_what_cannot_be_used_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    kept, exclusions = _collect(tmp_path, [b"refused", b"a", b"nobody", b"a"], Converter())
    assert [each.source for each in kept] == ["a"]
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
