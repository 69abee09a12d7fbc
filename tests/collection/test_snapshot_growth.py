"""A snapshot that is collected again keeps its patients on their side, and follows new labels."""

from pathlib import Path

import pytest

from collection.snapshot import read_provenance
from tests.collection.labelled_films import PAIR, Collect, read_by_radiograph
from tests.collection.reviewed_films import ReviewedFilms
from training.data.manifest import FOLDER


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
