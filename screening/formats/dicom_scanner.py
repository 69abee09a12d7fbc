"""Reads which scanner made a DICOM image, without free text that could name a patient."""

import re

from pydicom.dataset import Dataset

from screening.formats.dicom_values import tag_text

# Manufacturers of X-ray systems, each with a word by which its many spellings are known. Any other
# value may be free text, which must not reach a fact.
_MANUFACTURERS = {
    "agfa": "Agfa",
    "canon": "Canon",
    "carestream": "Carestream",
    "del medical": "Del Medical",
    "drgem": "DRGEM",
    "fuji": "Fujifilm",
    "ge healthcare": "GE",
    "ge medical": "GE",
    "general electric": "GE",
    "hologic": "Hologic",
    "kodak": "Kodak",
    "konica": "Konica Minolta",
    "mindray": "Mindray",
    "philips": "Philips",
    "rayence": "Rayence",
    "samsung": "Samsung",
    "shimadzu": "Shimadzu",
    "siemens": "Siemens",
    "swissray": "Swissray",
    "toshiba": "Toshiba",
    "varex": "Varex",
    "vieworks": "Vieworks",
}
# A model's name as manufacturers write it: "DX-D 600", "Definium 8000", "CR 85/X".
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/+()-]{0,31}")
_WORD = re.compile(r"[^\W_]{3,}")
# Tags whose words a model may not have.
_PERSONAL = ("PatientName", "PatientID", "OtherPatientIDs", "AccessionNumber", "InstitutionName")


def read_scanner(dataset: Dataset) -> tuple[str | None, str | None]:
    """Returns manufacturer and model; None for each that is missing or may be free text.

    A model without a manufacturer that is on our list is left out.
    """
    text = tag_text(dataset, "Manufacturer").lower()
    manufacturer = next((name for word, name in _MANUFACTURERS.items() if word in text), None)
    model = tag_text(dataset, "ManufacturerModelName")
    if manufacturer is None or not _MODEL.fullmatch(model):
        return manufacturer, None
    personal = {word for tag in _PERSONAL for word in _find_words(tag_text(dataset, tag))}
    return manufacturer, None if personal & _find_words(model) else model


def _find_words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}
