"""A snapshot on a base has the films of both, and no other data set is written over."""

from pathlib import Path

import pytest

from collection.snapshot import write_rows
from tests.collection.labelled_films import PAIR, Collect
from tests.collection.reviewed_films import ReviewedFilms
from tests.training.sources.preparation import read_manifest_rows, run_prepare
from tests.training.sources.synthetic_images import PUBLIC, write_layout
from training.data.manifest import SNAPSHOT_FILE, read_description, read_manifest
from training.data.split import split_by_patient


def test_a_base_keeps_its_images_and_its_source(
    films: ReviewedFilms, collect: Collect, out: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    write_layout(tmp_path / "kaggle" / "chest_xray", PUBLIC)
    run_prepare("kaggle", tmp_path / "kaggle", "--out", base)
    (base / "weights").mkdir()
    # As of DICOM files; an image that is stored says none of it.
    rows = [row | {"age_years": "4", "view": "AP"} for row in read_manifest_rows(base)]
    write_rows(base, list(rows[0]), rows)
    films.put("a", *PAIR, seed=21)
    films.put("b", "no_pneumonia", "other", patient="P-4", seed=22)
    assert collect("--base", base) == 0
    rows = read_manifest_rows(out)
    sources = {row["source"] for row in rows}
    assert len(rows) == len(PUBLIC) + 2 and len(sources) == 2 and "stage dev" in sources
    split = split_by_patient(read_manifest(out), share=0.3)
    assert {radiograph.source for radiograph in split.test} == sources
    described = {(film.age_years, film.view, film.scanner) for film in read_manifest(out)}
    assert described == {(4, "AP", ""), (3, "PA", "Agfa DX-D 600")}
    assert read_description(out)["age_years"] == [1, 5]
    description = read_description(out)
    assert "CC BY 4.0; own films" in description["licence"]
    assert "Kermany" in description["credit"]
    assert (out / "weights").is_dir()
    assert collect("--base", out) == 2


def test_a_folder_with_another_data_set_is_not_overwritten(
    films: ReviewedFilms, collect: Collect, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_layout(tmp_path / "kaggle" / "chest_xray", PUBLIC)
    run_prepare("kaggle", tmp_path / "kaggle", "--out", tmp_path / "base")
    films.put("a", *PAIR)
    before = read_manifest_rows(tmp_path / "base")
    assert collect("--out", tmp_path / "base") == 2
    assert "is no snapshot of dev" in capsys.readouterr().err
    assert read_manifest_rows(tmp_path / "base") == before
    assert not (tmp_path / "base" / SNAPSHOT_FILE).exists()


def test_a_folder_must_be_named(collect: Collect, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        collect("--out", "")
    assert "name a folder for the data set" in capsys.readouterr().err
