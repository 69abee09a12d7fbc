"""Who the patient is, as a DICOM file says: stored in `identity.json`, shown to the own site."""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from contracts.language import Texts, mark

# Ids by which a modality says that it has none: films with one of these are of different people.
_PLACEHOLDER_IDS = frozenset(
    {
        *("anon", "anonymised", "anonymized", "anonymous", "na", "nil", "none", "patient", "test"),
        *("unknown", "xxx"),
    }
)
_SEXES = Texts({"M": mark("male"), "F": mark("female"), "O": mark("other sex")})


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A field is empty where the file does not hold it. The date of birth is not stored.

    `name` is as people read it (`format_person_name`), `sex` is M, F or O, `study_date` is as in
    ISO 8601.
    """

    name: str = ""
    patient_id: str = ""
    sex: str = ""
    accession_number: str = ""
    study_date: str = ""


def build_patient(tags: Mapping[str, str]) -> Patient | None:
    """The patient of a file with these tags (`screening.radiograph.Identity`); None where they do
    not say who it is.
    """
    texts = {field.name: str(tags.get(field.name, "")) for field in fields(Patient)}
    patient = Patient(**texts | {"name": format_person_name(str(tags.get("patient_name", "")))})
    return patient if any(asdict(patient).values()) else None


def find_patient_key(patient: Patient | None) -> str | None:
    """What all films of one patient have in common: the whole id, in which case counts, without the
    spaces around it (DICOM PS3.5 6.2). None where the file has no id, or one that stands for none,
    such as "ANONYMOUS" or "0000". Who issued the id (0010,0021) does not count: the same id by two
    issuers at one site is one patient, and the page warns where name or sex differ.
    """
    key = unicodedata.normalize("NFC", patient.patient_id).strip() if patient else ""
    letters = "".join(each for each in key if each.isalnum())
    is_placeholder = not letters.strip("0") or letters.casefold() in _PLACEHOLDER_IDS
    return None if is_placeholder else key


def format_sex(sex: str) -> str:
    """Such as "female". A value of a later release stays as it is."""
    return _SEXES.get(sex, sex)


def format_person_name(text: str) -> str:
    """Returns "Garcia, Ana Maria" for "Garcia^Ana^Maria", a person name of DICOM (PS3.5 6.2.1).

    The same name in other scripts follows after a slash.
    """
    groups = (_format_group(group) for group in text.split("="))
    return " / ".join(filter(None, groups))


def _format_group(group: str) -> str:
    family, *rest = (component.strip() for component in group.split("^"))
    return ", ".join(filter(None, (family, " ".join(filter(None, rest)))))
