"""The name of a patient, from DICOM's components to what people read."""

import pytest

from contracts.patient import Patient, build_patient, find_patient_key, format_person_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Garcia^Ana^Maria", "Garcia, Ana Maria"),
        ("Garcia", "Garcia"),
        ("^Ana", "Ana"),
        ("Garcia^^^Dr^", "Garcia, Dr"),
        ("Yamada^Tarou=山田^太郎=", "Yamada, Tarou / 山田, 太郎"),
        ("", ""),
    ],
)
def test_a_name_is_formatted(text: str, name: str) -> None:
    assert format_person_name(text) == name


def test_tags_that_do_not_say_who_it_is_make_no_patient() -> None:
    assert build_patient({"study_uid": "1.2"}) is None
    assert build_patient({"patient_name": "Garcia^Ana", "sex": "F"}) == Patient(
        name="Garcia, Ana", sex="F"
    )


@pytest.mark.parametrize(
    ("patient_id", "key"),
    [
        (" P-77 ", "P-77"),
        ("p-77", "p-77"),
        ("0077", "0077"),
        ("cafe\u0301", "caf\u00e9"),
        ("", None),
        ("  ", None),
        ("0000", None),
        ("--", None),
        ("N/A", None),
        ("ANONYMOUS", None),
    ],
)
def test_the_whole_id_names_the_patient(patient_id: str, key: str | None) -> None:
    assert find_patient_key(Patient(patient_id=patient_id)) == key


def test_a_film_without_patient_has_no_key() -> None:
    assert find_patient_key(None) is None
