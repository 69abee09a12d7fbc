"""No adult film is trained on that is for testing, and both copies of one are on one side."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.training.data.adult_data import draw_film, draw_lungs, write_lungs, write_whole
from training.data.adult_films import WHOLE_FOLDER, read_film, read_lungs_films
from training.data.adults import TEST_FOLDER, AdultFilms, read_adults, split_adults
from training.data.film_matches import MIN_CORRELATION, correlate, sketch_lungs, sketch_whole
from training.data.manifest import DataError

ROWS = {
    "healthy.jpg,normal,PA,41,F,": 1,
    'ill.jpg,opacity,AP,60,M,"0.3,0.3,0.2,0.4"': 2,
    "tested.jpg,normal,AP,50,M,": 3,
    "child.jpg,normal,PA,12,F,": 4,
}
WHOLE = {"normal-1.jpg": 1, "normal-2.jpg": 2, "normal-3.jpg": 3, "normal-4.jpg": 4}
WHOLE |= {"normal-5.jpg": 5, "normal-6.jpg": 6}
# The whole copy of `tested`, a whole film without a lungs-only copy, and a film of nobody else.
TEST = {"00000061_012.jpg": 3, "00000061_015.jpg": 6, "00000218_000.jpg": 7}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adults")
    write_lungs(folder, ROWS)
    for name, films in ((WHOLE_FOLDER, WHOLE), (TEST_FOLDER, TEST)):
        for film, seed in films.items():
            write_whole(folder / name, film, seed)
    return folder


@pytest.fixture(scope="module")
def adults(folder: Path) -> AdultFilms:
    return read_adults(folder)


def test_films_for_testing_and_films_of_children_are_left_out(adults: AdultFilms) -> None:
    assert [film.path.name for film in adults.lungs] == ["healthy.jpg", "ill.jpg"]
    names = [film.path.name for film in adults.whole]
    assert names == ["normal-1.jpg", "normal-2.jpg", "normal-5.jpg"]


def test_a_whole_film_has_the_facts_of_its_lungs_only_copy(adults: AdultFilms) -> None:
    first = adults.whole[0]
    facts = (first.patient, first.view, first.sex, first.age_years)
    assert facts == ("healthy", "PA", "F", 41)


def test_a_copy_with_another_label_is_another_film(adults: AdultFilms) -> None:
    second = adults.whole[1]
    assert (second.patient, second.label, second.age_years) == ("normal-2", "normal", None)


def test_adults_without_the_films_for_testing_are_refused(tmp_path: Path) -> None:
    write_whole(tmp_path / WHOLE_FOLDER, "normal-1.jpg", 1)
    with pytest.raises(DataError, match="must not be trained on"):
        read_adults(tmp_path)


def test_a_folder_may_have_one_kind_of_adults_or_none(tmp_path: Path) -> None:
    assert read_adults(tmp_path) == AdultFilms((), ())
    write_whole(tmp_path / TEST_FOLDER, "00000218_000.jpg", 7)
    write_whole(tmp_path / WHOLE_FOLDER, "normal-1.jpg", 1)
    assert [film.patient for film in read_adults(tmp_path).whole] == ["normal-1"]
    (tmp_path / WHOLE_FOLDER / "normal-1.jpg").unlink()
    write_lungs(tmp_path, ROWS)
    assert len(read_adults(tmp_path).lungs) == 3


def test_the_correlation_is_pearsons_inside_the_lungs() -> None:
    lungs, film, other = draw_lungs(), draw_film(1), draw_film(2)
    sketch = sketch_lungs([np.where(lungs, 255 - film, 0).astype(np.uint8)])
    inside = sketch.weights[0] == 1
    cells = [each.reshape(28, 8, 28, 8).mean((1, 3)).ravel()[inside] for each in (film, other)]
    [[same, different]] = correlate(sketch, sketch_whole([film, other]))
    assert same == pytest.approx(1, abs=1e-4)
    assert different == pytest.approx(np.corrcoef(*cells)[0, 1], abs=1e-3)


def test_a_film_of_one_grey_matches_nothing() -> None:
    flat = np.full((224, 224), 90, np.uint8)
    correlations = correlate(sketch_whole([flat, draw_film(1)]), sketch_whole([flat]))
    assert np.abs(correlations).max() < MIN_CORRELATION


def test_both_copies_of_a_film_are_on_one_side(adults: AdultFilms) -> None:
    films = [*adults.lungs, *adults.whole]
    for share in (0.0, 0.15, 0.5, 0.85, 1.0):
        train, validation = split_adults(films, share=share)
        assert len(train) + len(validation) == len(films)
        assert {film.patient for film in train}.isdisjoint(film.patient for film in validation)
    assert split_adults(films, share=0.0)[1] == split_adults(films, share=1.0)[0] == ()


@pytest.mark.data
def test_the_same_films_have_the_same_sex_and_view(data: Path) -> None:
    """The labels of both sources are independent of the pixels by which films are compared."""
    films, paths = read_lungs_films(data), sorted((data / TEST_FOLDER).glob("*.jpg"))
    with (data / TEST_FOLDER / "labels.csv").open(newline="") as lines:
        rows = {row["file"]: row for row in csv.DictReader(lines)}
    correlations = correlate(
        sketch_lungs(read_film(film.path) for film in films), sketch_whole(map(read_film, paths))
    )
    matches = np.argwhere(correlations >= MIN_CORRELATION)
    assert len(matches) > 20
    for lungs, test in matches:
        film, row = films[lungs], rows[paths[test].name]
        assert (film.sex, film.view) == (row["sex"], row["view"])
        assert film.age_years is not None
        assert abs(film.age_years - int(row["age"])) <= 1
    # No pair is near the limit.
    assert not ((correlations > 0.975) & (correlations < 0.985)).any()
