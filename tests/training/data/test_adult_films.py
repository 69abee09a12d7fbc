"""Films of adults come with the facts of their labels, upright grey and a mask of the lungs."""

from pathlib import Path

import numpy as np
import pytest

from screening.formats import raster
from screening.images import build_model_input
from tests.training.data.adult_data import COLUMNS, draw_film, draw_lungs, write_lungs, write_whole
from training.data.adult_films import (
    LABELS,
    LUNGS_FOLDER,
    WHOLE_FOLDER,
    Box,
    read_film,
    read_lungs,
    read_lungs_films,
    read_whole_films,
)
from training.data.manifest import DataError

ROWS = {
    'a.jpg,opacity,AP,25,F,"0.3,0.31,0.2,0.4 0.6,0.3,0.1,0.25"': 1,
    "b.jpg,normal,PA,17,M,": 2,
    "c.jpg,normal,PA,148,M,": 3,
    "d.jpg,abnormal_no_opacity,PA,18,M,": 4,
}


def test_the_facts_are_those_of_the_labels(tmp_path: Path) -> None:
    write_lungs(tmp_path, ROWS)
    first, *rest = read_lungs_films(tmp_path)
    assert (first.label, first.patient, first.view, first.sex) == ("opacity", "a", "AP", "F")
    assert first.boxes == (Box(0.3, 0.31, 0.2, 0.4), Box(0.6, 0.3, 0.1, 0.25))
    assert [film.boxes for film in rest] == [(), (), ()]
    assert [film.age_years for film in rest] == [17, 148, 18]


def test_children_and_impossible_ages_are_no_adults(tmp_path: Path) -> None:
    write_lungs(tmp_path, ROWS)
    assert [film.is_adult for film in read_lungs_films(tmp_path)] == [True, False, False, True]


def test_lungs_have_their_grey_again_and_black_around_them(tmp_path: Path) -> None:
    write_lungs(tmp_path, ROWS)
    pixels, mask = read_lungs(read_lungs_films(tmp_path)[0])
    lungs = draw_lungs()
    assert np.mean(mask != lungs) < 0.01
    assert not pixels[~mask].any()
    inside = mask & lungs
    difference = np.abs(pixels[inside].astype(int) - draw_film(1)[inside])
    assert np.median(difference) <= 2


def test_specks_outside_the_lungs_are_no_lung(tmp_path: Path) -> None:
    from PIL import Image

    write_lungs(tmp_path, ROWS)
    film = read_lungs_films(tmp_path)[0]
    speckled = read_film(film.path).copy()
    speckled[5, 5] = speckled[210, 100:102] = 200
    Image.fromarray(speckled).save(film.path, format="PNG")
    assert not read_lungs(film)[1][[5, 210, 210], [5, 100, 101]].any()


def test_whole_films_are_normal_and_without_facts(tmp_path: Path) -> None:
    write_whole(tmp_path / WHOLE_FOLDER, "normal-2.jpg", 1)
    write_whole(tmp_path / WHOLE_FOLDER, "normal-1.jpg", 2)
    films = read_whole_films(tmp_path)
    assert [film.patient for film in films] == ["normal-1", "normal-2"]
    assert {(film.label, film.view, film.sex, film.age_years) for film in films} == {
        ("normal", "", "", None)
    }
    assert all(film.is_adult for film in films)


def test_a_folder_without_adults_is_empty(tmp_path: Path) -> None:
    assert read_lungs_films(tmp_path) == read_whole_films(tmp_path) == ()


def test_labels_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    (tmp_path / LUNGS_FOLDER).mkdir()
    with pytest.raises(DataError, match="is missing"):
        read_lungs_films(tmp_path)
    table = tmp_path / LUNGS_FOLDER / LABELS
    table.write_text("file,label,view,age,sex\n")
    with pytest.raises(DataError, match="no column named boxes"):
        read_lungs_films(tmp_path)
    table.write_text(f"{COLUMNS}\na.jpg,normal,PA,30,F,\n")
    with pytest.raises(DataError, match="names 1 files that are not there"):
        read_lungs_films(tmp_path)


@pytest.mark.data
def test_the_pixels_are_those_that_screening_decodes(data: Path) -> None:
    paths = [film.path for film in (*read_lungs_films(data)[::900], *read_whole_films(data)[::300])]
    paths += sorted((data / "adult_shift").glob("*.jpg"))[::60]
    assert len(paths) > 20
    for path in paths:
        expected = build_model_input(raster.decode(path.read_bytes()).pixels)
        np.testing.assert_array_equal(read_film(path), expected)


@pytest.mark.data
def test_boxes_of_the_data_lie_in_the_film_and_belong_to_opacities(data: Path) -> None:
    films = read_lungs_films(data)
    assert {film.label for film in films if film.boxes} == {"opacity"}
    assert all(film.boxes for film in films if film.label == "opacity")
    # Boxes of whole pixels of 1,024 are rounded to four digits.
    for box in (box for film in films for box in film.boxes):
        assert min(box) >= 0
        assert max(box.left + box.width, box.top + box.height) <= 1.001
