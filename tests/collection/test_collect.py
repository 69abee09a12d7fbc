"""Reviewed films of sites that lend them become a data set with provenance, and others do not."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collection.snapshot import Provenance, read_provenance, write_rows
from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from tests.collection.reviewed_films import SOUTH, ReviewedFilms
from tests.training.sources.preparation import read_exclusions, read_manifest_rows, run_prepare
from tests.training.sources.synthetic_images import PUBLIC, pixels, write_layout
from training.data.manifest import FOLDER, SNAPSHOT_FILE, read_description, read_manifest
from training.data.split import split_by_patient

Collect = Callable[..., int]

BLIND = {"finding": "pneumonia", "is_blind": True}
PAIR = ("pneumonia", "pneumonia")
SETTLED = {"finding": "no_pneumonia", "settles": ["review-0", "review-1"]}
DIFFERING = ("pneumonia", "no_pneumonia")


def read_by_radiograph(out: Path) -> dict[str, Provenance]:
    return {film.radiograph: film for film in read_provenance(out)}


def test_each_film_says_what_its_label_rests_on(
    films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    ids = {
        "outcome": films.put("a", *PAIR, outcomes=["no_pneumonia"]),
        "adjudication": films.put("b", *DIFFERING, SETTLED, patient="P-2"),
        "two_readers": films.put("c", *PAIR, patient="P-3"),
        "one_reader": films.put("d", BLIND, patient="P-5"),
    }
    assert collect() == 0
    found = read_by_radiograph(out)
    assert {film.label_source: film.radiograph for film in found.values()} == ids
    labels = {film.label_source: film.label for film in found.values()}
    assert labels == {
        "outcome": "NORMAL",
        "adjudication": "NORMAL",
        "two_readers": "PNEUMONIA",
        "one_reader": "PNEUMONIA",
    }
    two, one = found[ids["two_readers"]], found[ids["one_reader"]]
    assert (two.reading, one.reading, found[ids["outcome"]].reading) == ("open", "blind", "")
    assert len(two.readers.split()) == 2
    assert (two.model_version, two.settings_version, two.site) == (
        "default-0123abcd",
        "3",
        "siteNorth",
    )
    assert found[ids["outcome"]].outcomes == "ct=2026-11-25"


def test_pixels_are_those_that_screening_shows(
    films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    films.put("a", *PAIR, seed=3)
    assert collect() == 0
    [film] = read_provenance(out)
    expected = decode_radiograph(encode_dicom(pixels(3))).pixels
    content = film.path(out).read_bytes()
    assert hashlib.sha256(content).hexdigest() == film.sha256
    with Image.open(io.BytesIO(content)) as image:
        assert np.array_equal(np.asarray(image), expected)


def test_no_name_of_a_patient_or_reader_is_in_a_snapshot(
    films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    films.put("a", *PAIR, patient="MRN-Q4711-Doe")
    films.put("b", *DIFFERING, patient="MRN-Q4711-Doe")
    assert collect() == 0
    texts = [path.read_bytes() for path in out.rglob("*") if path.is_file()]
    assert len(texts) > 5
    for secret in (b"Q4711", b"MRN", b"Doe", b"Jane", b"doctor-", b"a key"):
        assert not any(secret in text for text in texts), secret


@pytest.mark.parametrize(
    ("findings", "answer", "reason"),
    [
        (DIFFERING, {}, "its readers differ"),
        (("cannot_tell",), {}, "no reader and no outcome says"),
        (PAIR, {"population": "adult"}, "not of a child"),
        (PAIR, {"decision": "not_assessed"}, "no assessment"),
    ],
)
def test_a_film_that_cannot_be_used_is_listed_with_the_reason(
    findings: tuple[str, ...],
    answer: dict[str, Any],
    reason: str,
    films: ReviewedFilms,
    collect: Collect,
    out: Path,
) -> None:
    films.put("a", *PAIR)
    other = films.put("b", *findings, patient="P-2", **answer)
    films.put("c", patient="P-3")
    assert collect() == 0
    assert len(read_provenance(out)) == 1
    [(name, text)] = read_exclusions(out).items()
    assert name == other and reason in text


def test_only_sites_that_allow_it_lend_their_films(
    films: ReviewedFilms, collect: Collect, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    films.put("a", *PAIR)
    films.put("b", *PAIR, site=SOUTH)
    films.allow_training(SOUTH, is_allowed=False)
    assert collect() == 0
    assert {film.site for film in read_provenance(out)} == {"siteNorth"}
    assert "lend no films: siteSouth" in capsys.readouterr().out
    films.allow_training(SOUTH)
    assert collect() == 0
    assert {film.site for film in read_provenance(out)} == {"siteNorth", "siteSouth"}
    films.allow_training(is_allowed=False)
    films.allow_training(SOUTH, is_allowed=False)
    assert collect() == 2
    assert "No site lends its films" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "splits"),
    [("train", ["train"]), ("all", ["test", "train"]), ("none", [])],
)
def test_one_open_reader_is_good_for_training_by_default(
    option: str, splits: list[str], films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    films.put("a", "pneumonia", patient="P-1")
    films.put("b", "pneumonia", patient="P-4")
    films.put("c", *PAIR, patient="P-2")
    assert collect("--open-reader", option) == 0
    found = sorted(film.split for film in read_provenance(out) if film.patient != _patient(out))
    assert found == splits


def _patient(out: Path) -> str:
    [pair] = [film for film in read_provenance(out) if film.label_source == "two_readers"]
    return pair.patient


def test_a_patient_who_is_withheld_stays_withheld_when_data_grow(
    films: ReviewedFilms, collect: Collect, out: Path, tmp_path: Path
) -> None:
    films.put("a", *PAIR, patient="P-4")
    films.put("b", *PAIR, patient="P-1")
    assert collect() == 0
    before = {film.radiograph: film.split for film in read_provenance(out)}
    assert sorted(before.values()) == ["test", "train"]
    for number in range(5, 9):
        films.put(f"more-{number}", *PAIR, patient=f"P-{number}")
    films.put("again", *PAIR, patient="P-4")
    assert collect() == 0
    after = read_by_radiograph(out)
    assert before == {name: after[name].split for name in before}
    assert sorted(film.split for film in after.values()) == ["test"] * 4 + ["train"] * 3
    # Another folder and another collector get the same.
    assert collect("--out", tmp_path / "other") == 0
    assert read_by_radiograph(tmp_path / "other") == after


def test_the_share_of_a_stage_is_set_once(
    films: ReviewedFilms, collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    films.put("a", *PAIR)
    assert collect("--withhold", "0.3") == 2
    assert "withholds 0.2 of its patients" in capsys.readouterr().err
    assert collect("--withhold", "0.2") == 0


def test_a_film_of_nobody_is_left_out_unless_it_is_asked_for(
    films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    films.put("a", *PAIR)
    anonymous = films.put("b", *PAIR, patient="ANONYMOUS")
    other = films.put("c", *PAIR, patient=None)
    assert collect() == 0
    assert read_exclusions(out) == dict.fromkeys((anonymous, other), "its file names no patient")
    assert collect("--unidentified") == 0
    found = read_by_radiograph(out)
    assert len({film.patient for film in found.values()}) == 3
    # Without the option they leave again.
    assert collect() == 0
    assert len(read_provenance(out)) == 1


def test_a_film_whose_original_is_another_file_is_left_out(
    films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    films.put("a", *PAIR)
    other = films.put("b", *PAIR, patient="P-2")
    films.s3.put_object(Bucket="pictures", Key=f"radiographs/{other}/original", Body=b"x")
    gone = films.put("c", *PAIR, patient="P-3")
    films.s3.delete_object(Bucket="pictures", Key=f"radiographs/{gone}/original")
    assert collect() == 0
    assert read_exclusions(out) == {
        other: "its original is not the file that was received",
        gone: "its original is gone",
    }


def test_another_label_moves_a_film_and_leaves_no_copy(
    films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    radiograph = films.put("a", *PAIR)
    films.put("b", *PAIR, patient="P-2")
    assert collect() == 0
    first = read_by_radiograph(out)[radiograph].path(out)
    films.add(radiograph, "outcome_recorded", finding="no_pneumonia")
    # Not fetched again: the pixels are those of the snapshot.
    films.s3.delete_object(Bucket="pictures", Key=f"radiographs/{radiograph}/original")
    assert collect() == 0
    film = read_by_radiograph(out)[radiograph]
    assert (film.label, film.path(out).is_file(), first.exists()) == ("NORMAL", True, False)
    assert len(list((out / FOLDER).rglob("*.png"))) == 2


def test_the_description_says_origin_licence_and_verification_bias(
    films: ReviewedFilms, collect: Collect, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    films.put("a", *PAIR)
    films.put("b", BLIND, patient="P-2")
    films.put("c", "pneumonia", outcomes=["pneumonia"], patient="P-3")
    films.put("d", *PAIR, patient="P-4")
    assert collect() == 0
    assert "not to be passed on" in read_description(out)["licence"]
    about = json.loads((out / FOLDER / "about.json").read_text())
    text = about["verification_bias"]
    assert "25% of the labels are of doctors who had not seen" in text
    assert "25% of outcomes" in text
    assert (about["films"], about["withheld_patients"]) == (4, 1)
    assert text in capsys.readouterr().out


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
