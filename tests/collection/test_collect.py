"""Reviewed films of sites that lend them become a data set with provenance, and others do not."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from collection.snapshot import read_provenance
from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from tests.collection.labelled_films import (
    BLIND,
    DIFFERING,
    PAIR,
    SETTLED,
    Collect,
    read_by_radiograph,
)
from tests.collection.reviewed_films import SOUTH, ReviewedFilms
from tests.training.sources.preparation import read_exclusions
from tests.training.sources.synthetic_images import pixels
from training.data.manifest import FOLDER, read_description


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
