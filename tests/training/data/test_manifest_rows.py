"""A line of the manifest that nothing can be trained on is refused with its number."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from training.data.manifest import FOLDER, MANIFEST, DataError, read_manifest

Change = Callable[[list[dict[str, str]]], object]


def _refuse(drawn_data: Path, tmp_path: Path, change: Change) -> str:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    manifest = tmp_path / FOLDER / MANIFEST
    with manifest.open(newline="") as lines:
        reader = csv.DictReader(lines)
        columns, rows = [*(reader.fieldnames or ()), "age_years"], list(reader)
    change(rows)
    with manifest.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, columns)
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(DataError) as error:
        read_manifest(tmp_path)
    return str(error.value)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("class", "pneumonia", "line 3: the class 'pneumonia' is none of NORMAL, PNEUMONIA."),
        ("split", "Train", "line 3: the split 'Train' is none of train, val, test."),
        ("patient_key", "", "line 3: nothing stands under patient_key."),
        ("file", "../001.png", "line 3: '../001.png' is no name of a file."),
        ("age_years", "4.5", "line 3: the age '4.5' is no whole number of years."),
        ("age_years", "four", "line 3: the age 'four' is no whole number of years."),
    ],
)
def test_a_field_that_is_none_is_refused(
    drawn_data: Path, tmp_path: Path, column: str, value: str, message: str
) -> None:
    text = _refuse(drawn_data, tmp_path, lambda rows: rows[1].update({column: value}))
    assert text.endswith(message)


def test_a_film_that_stands_there_twice_is_refused(drawn_data: Path, tmp_path: Path) -> None:
    text = _refuse(drawn_data, tmp_path, lambda rows: rows.append(rows[0]))
    assert "line 62: train/NORMAL/000.png stands in an earlier line as well" in text


def test_a_manifest_without_a_film_is_refused(drawn_data: Path, tmp_path: Path) -> None:
    assert _refuse(drawn_data, tmp_path, lambda rows: rows.clear()).endswith("names no radiograph.")


def test_a_manifest_that_is_not_in_utf8_is_refused(drawn_data: Path, tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    content = (drawn_data / FOLDER / MANIFEST).read_text().replace("000.png", "Süd.png")
    (tmp_path / FOLDER / MANIFEST).write_bytes(content.encode("latin-1"))
    with pytest.raises(DataError, match="is not in UTF-8"):
        read_manifest(tmp_path)
