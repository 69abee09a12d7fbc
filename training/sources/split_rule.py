"""Assigns the images of a hospital to train or test: by patient, or by the date of the study."""

import datetime as dt
from collections.abc import Callable

from training.sources.dicom_tags import read_tag
from training.sources.errors import UnusableImage

# From the patient's key and the file's bytes to `train` or `test`.
AssignSplit = Callable[[str, bytes], str]


def assign_by_patient(share: float) -> AssignSplit:
    """About `share` of the patients are the test set, by the hash that is the patient's key.

    A patient stays where it is when the data grow or shrink, because no other patient counts.
    """

    def assign(patient: str, content: bytes) -> str:
        digits = patient.rpartition("-")[2]
        return "test" if int(digits, 16) / 16 ** len(digits) < share else "train"

    return assign


def assign_by_study_date(first: dt.date) -> AssignSplit:
    """Studies of `first` and later are the test set; earlier ones of their patients are left out.

    The assignment raises UnusableImage for a file without a study date.
    """

    def assign(patient: str, content: bytes) -> str:
        text = read_tag(content, "StudyDate")
        try:
            return "test" if dt.datetime.strptime(text, "%Y%m%d").date() >= first else "train"
        except ValueError:
            raise UnusableImage("it has no StudyDate, which --test-from needs") from None

    return assign
