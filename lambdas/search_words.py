"""The words by which a film is found: of its file name, the patient's name and the numbers.

Case, accents, marks between words and their order do not matter. What is typed matches a word, or
the beginning of one from three letters on.
"""

import re
import unicodedata
from collections.abc import Set

from contracts.patient import Patient, find_patient_key
from lambdas.identified_record import IdentifiedRecord

MIN_PREFIX_LENGTH = 3

_WORD = re.compile(r"[^\W_]+")
# Nearly every file name ends in one of these, so they find nothing in particular.
_FILE_TYPES = frozenset({"dcm", "dicom", "jpeg", "jpg", "png"})


def split_words(text: str) -> frozenset[str]:
    """The words of a text in lower case, without accents. A pictogram is a word of its own."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    pictograms = (each for each in letters if unicodedata.category(each) == "So")
    return frozenset((*_WORD.findall(letters.casefold()), *pictograms)) - _FILE_TYPES


def list_words(file_name: str, patient: Patient | None) -> frozenset[str]:
    """The words by which a film is found."""
    patient = patient or Patient()
    texts = file_name, patient.name, patient.patient_id, patient.accession_number
    return split_words(" ".join(texts))


def list_texts(file_name: str, patient: Patient | None) -> frozenset[str]:
    """Each text whose keyed hash is an entry of the film in the index: the beginnings of its words,
    and the patient's whole id.
    """
    key = find_patient_key(patient)
    ids = {build_patient_text(key)} if key else set()
    return list_beginnings(list_words(file_name, patient)) | ids


def build_patient_text(patient_key: str) -> str:
    """Stands for all films of a patient. No word has such a sign, so it equals none."""
    return f"id={patient_key}"


def list_beginnings(words: Set[str]) -> frozenset[str]:
    """Everything that matches one of the words: at most one text for each letter."""
    beginnings = (word[:length] for word in words for length in range(MIN_PREFIX_LENGTH, len(word)))
    return frozenset(words) | frozenset(beginnings)


def is_match(identified_record: IdentifiedRecord, typed: Set[str]) -> bool:
    """Whether each word that was typed matches one of the film's."""
    words = list_words(identified_record.file_name, identified_record.patient)
    return typed <= list_beginnings(words)
