"""A table is read as a spreadsheet saves it, or refused in a sentence."""

from pathlib import Path

import pytest

from contracts.csv_table import TableError, open_table


@pytest.mark.parametrize(
    "content",
    [
        b"file,label\na b.png,NORMAL\n",
        b"\xef\xbb\xbfFile;Label\r\na b.png;NORMAL\r\n",
        b' file , label \n"a b.png",NORMAL\n',
    ],
)
def test_marks_capitals_and_semicolons_of_spreadsheets_are_read(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    assert list(open_table(tmp_path / "t.csv")) == [{"file": "a b.png", "label": "NORMAL"}]


def test_an_absent_field_is_empty(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("file,label\na.png\n")
    assert list(open_table(tmp_path / "t.csv")) == [{"file": "a.png", "label": ""}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Müller".encode("latin-1"), "is not in UTF-8: save it as CSV UTF-8"),
        (b"file\n" + b"a" * 200_000, "is no CSV file: field larger"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(TableError, match=message):
        open_table(tmp_path / "t.csv")
    with pytest.raises(TableError, match=r"none\.csv cannot be read: No such file"):
        open_table(tmp_path / "none.csv")
