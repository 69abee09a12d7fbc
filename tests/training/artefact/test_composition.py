"""The composition has one row for each kind of film, with what its source says."""

from pathlib import Path

from training.artefact.composition import count_films, list_adults
from training.data.adult_films import AdultFilm


def _film(folder: str, patient: str, *, label: str = "normal", view: str = "") -> AdultFilm:
    sex = "F" if view else ""
    return AdultFilm(path=Path(folder) / "a.jpg", label=label, patient=patient, view=view, sex=sex)


def test_films_and_patients_are_counted_by_class_view_and_sex() -> None:
    train = [
        _film("adult_normal", "normal-1"),
        _film("adult_lungs", "a", label="opacity", view="AP"),
        _film("adult_lungs", "a", label="opacity", view="AP"),
        _film("adult_lungs", "b", label="opacity", view="PA"),
    ]
    rows = count_films(
        [
            *list_adults(train, split="train"),
            *list_adults([_film("adult_normal", "normal-2")], split="validation"),
        ]
    )
    assert {row["population"] for row in rows} == {"adult"}
    assert [tuple(row.values()) for row in rows] == [
        ("adult_lungs", "train", "adult", "opacity", "AP", "F", 2, 1),
        ("adult_lungs", "train", "adult", "opacity", "PA", "F", 1, 1),
        ("adult_normal", "train", "adult", "normal", None, None, 1, 1),
        ("adult_normal", "validation", "adult", "normal", None, None, 1, 1),
    ]
    assert list(rows[0])[4:] == ["view", "sex", "films", "patients"]
