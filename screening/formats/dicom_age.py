"""Derives the patient's age in whole years from the tags of a DICOM file. The dates themselves are
not kept: a date of birth identifies a patient.
"""

import re
from datetime import date

from pydicom.dataset import Dataset

from screening.formats.dicom_values import tag_text

# PS3.5 6.2, AS: 062Y, 018M. Some devices leave the unit out.
_AGE = re.compile(r"(\d{1,3}) ?([YMWD]?)")
_UNITS_PER_YEAR = {"Y": 1, "": 1, "M": 12, "W": 52, "D": 365}
# YYYYMMDD, and YYYY.MM.DD of ACR-NEMA (PS3.5 6.2, DA).
_DATE = re.compile(r"(\d{4})([.\-/]?)(\d\d)\2(\d\d)")
_DATES_OF_IMAGE = ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate")
# Nobody is older. Files that hide the patient often say 999Y, or give an impossible date of birth.
_OLDEST = 120
# Digital radiography began in the 1980s: an earlier date was changed to hide the patient.
_FIRST_YEAR = 1980


def read_age_years(dataset: Dataset) -> int | None:
    """Returns the age that the file states, else the one between birth and image; else None.

    An age of 0 is often a missing one, so the dates come first there.
    """
    stated = _parse_age(tag_text(dataset, "PatientAge"))
    if stated:
        return stated
    derived = _derive_age(dataset)
    return derived if derived is not None else stated


def _parse_age(text: str) -> int | None:
    match = _AGE.fullmatch(text.upper())
    if not match:
        return None
    years = int(match[1]) // _UNITS_PER_YEAR[match[2]]
    return years if years <= _OLDEST else None


def _derive_age(dataset: Dataset) -> int | None:
    """Returns the years from birth to image; None where the dates are missing or made up.

    Programs that hide the patient write the 1st of January of 1900, or of one year for both dates.
    """
    birth = parse_date(dataset, "PatientBirthDate")
    dates = (parse_date(dataset, keyword) for keyword in _DATES_OF_IMAGE)
    image = next((day for day in dates if day and day.year >= _FIRST_YEAR), None)
    if birth is None or image is None or birth == date(1900, 1, 1):
        return None
    if birth > image or (birth == image and (birth.month, birth.day) == (1, 1)):
        return None
    had_birthday = (image.month, image.day) >= (birth.month, birth.day)
    years = image.year - birth.year - (not had_birthday)
    return years if years <= _OLDEST else None


def parse_date(dataset: Dataset, keyword: str) -> date | None:
    """Returns the date in a tag; None where it is missing or none of the calendar."""
    match = _DATE.fullmatch(tag_text(dataset, keyword))
    try:
        return date(int(match[1]), int(match[3]), int(match[4])) if match else None
    except ValueError:
        return None
