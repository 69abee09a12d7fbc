"""The age comes from the file's own age, or from the dates of birth and image where they can."""

import json
import warnings

import pytest

from phantoms.file_formats import encode_dicom, grey_ramp
from screening.decode import decode_radiograph
from screening.sandbox_process import _build_description


def read_age(**tags: str) -> int | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Some of the values violate the standard.
        content = encode_dicom(grey_ramp(), **tags)
    return decode_radiograph(content).age_years


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("062Y", 62), ("62", 62), ("62 Y", 62), ("004y", 4), ("018M", 1), ("104W", 2), ("800D", 2),
        ("003D", 0), ("120Y", 120), ("121Y", None), ("999Y", None), ("", None), ("10 TAGE", None),
        ("ADULT", None), ("-03Y", None),
    ],
)  # fmt: skip
def test_the_age_of_the_file_is_read(text: str, age: int | None) -> None:
    assert read_age(PatientAge=text) == age


@pytest.mark.parametrize(
    ("birth", "study", "age"),
    [
        ("19440301", "20240301", 80),
        ("19440302", "20240301", 79),
        ("20220301", "20240228", 1),
        ("20200229", "20240228", 3),
        ("20200229", "20240229", 4),
        ("20240301", "20240301", 0),
        ("1944.03.01", "2024.03.01", 80),
        ("1944-03-01", "20240301", 80),
    ],
)
def test_the_years_between_birth_and_study_are_the_age(birth: str, study: str, age: int) -> None:
    assert read_age(PatientBirthDate=birth, StudyDate=study) == age


@pytest.mark.parametrize(
    ("birth", "study"),
    [
        ("20240302", "20240301"),
        ("19000101", "20100301"),
        ("19000101", "19000101"),
        ("20000101", "20000101"),
        ("18000101", "20240301"),
        ("00010101", "20240301"),
        ("19440301", "19600301"),
        ("19440301", ""),
        ("", "20240301"),
        ("19441301", "20240301"),
        ("19440000", "20240301"),
        ("1944", "20240301"),
        ("XXXXXXXX", "20240301"),
    ],
)
def test_dates_that_are_missing_or_made_up_give_no_age(birth: str, study: str) -> None:
    assert read_age(PatientBirthDate=birth, StudyDate=study) is None


def test_the_age_of_the_file_comes_before_its_dates_unless_it_is_0() -> None:
    dates = {"PatientBirthDate": "19440301", "StudyDate": "20240301"}
    assert read_age(PatientAge="004Y", **dates) == 4
    assert read_age(PatientAge="000Y", **dates) == 80
    assert read_age(PatientAge="999Y", **dates) == 80
    assert read_age(PatientAge="000Y") == 0


@pytest.mark.parametrize("keyword", ["AcquisitionDate", "SeriesDate", "ContentDate"])
def test_another_date_of_the_image_stands_in_for_a_missing_or_changed_one(keyword: str) -> None:
    dates = {keyword: "20240301", "PatientBirthDate": "19440301"}
    assert read_age(**dates) == 80
    assert read_age(**dates, StudyDate="19000101") == 80


def test_a_date_of_birth_does_not_leave_the_decoder() -> None:
    content = encode_dicom(grey_ramp(), PatientBirthDate="19440301", StudyDate="20240302")
    description = json.dumps(_build_description(decode_radiograph(content)))
    assert '"age_years": 80' in description
    assert not any(part in description for part in ("1944", "0301", "03-01"))
