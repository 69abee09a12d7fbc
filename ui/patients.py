"""Formats who the patient of a film is, as its file says."""

from collections.abc import Iterator

from contracts import deletion_texts
from contracts.api import RadiographView
from contracts.language import gettext
from contracts.patient import Patient, find_patient_key, format_sex
from languages.formats import format_iso_day


def format_title(view: RadiographView) -> str:
    """What a film is called: its patient's name or id, else the name of its file."""
    if view.deletion:
        return gettext(deletion_texts.TITLE)
    patient = view.patient or Patient()
    return patient.name or patient.patient_id or view.file_name or gettext("Unnamed file")


def has_patient_id(view: RadiographView) -> bool:
    """Whether the file says whose it is, so that it may have other films."""
    return find_patient_key(view.patient) is not None


def list_details(view: RadiographView) -> Iterator[str]:
    """What else identifies patient and film; nothing where the file holds nothing of it."""
    patient = view.patient
    if patient is None:
        return
    if patient.name and patient.patient_id:
        yield gettext("ID {number}").format(number=patient.patient_id)
    if patient.sex:
        yield format_sex(patient.sex)
    if patient.accession_number:
        yield gettext("Accession {number}").format(number=patient.accession_number)
    if patient.study_date:
        yield gettext("Study {date}").format(date=format_iso_day(patient.study_date))
    if view.file_name and view.file_name != format_title(view):
        yield view.file_name
