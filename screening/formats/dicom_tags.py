"""Reads the tags of a DICOM file that a radiograph keeps, as defined terms of the standard."""

import re

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.valuerep import MAX_VALUE_LEN

from contracts.answers import NotAssessed
from screening.radiograph import Identity, Pixels, Radiograph

# PS3.3 C.8.1.2.1.1, C.7.6.1.1.1 and C.7.3.1.1.1. Any other value may be free text, which must not
# reach a fact.
_FRONTAL = frozenset({"PA", "AP"})
_VIEWS = _FRONTAL | {"LL", "RL", "RLD", "LLD", "LLO", "RLO"}
# Words that devices write for views that are not frontal; they are not kept in the record.
_NOT_FRONTAL = re.compile(r"\b(LAT|LATERAL|LL|RL|LLD|RLD|LLO|RLO|LAO|RAO|LPO|RPO)\b")
_LATERALITIES = frozenset({"L", "R", "B", "U"})
# PS3.16 CID 4010, in SNOMED CT and in the retired SNOMED RT codes (R-) that older devices send.
_VIEW_CODES = {
    "399348003": "AP",
    "R-10206": "AP",
    "272479007": "PA",
    "R-10214": "PA",
    "R-40888": "PA",
    "399173006": "LL",
    "R-10236": "LL",
    "399198007": "RL",
    "R-10232": "RL",
}
# Terms of PS3.16 annex L for body parts whose radiographs do not show both lungs. Devices also send
# other words; for those, the network's out-of-distribution detector decides.
# fmt: off
_OTHER_BODY_PARTS = frozenset({
    "ABDOMEN", "ANKLE", "ARM", "BREAST", "CALCANEUS", "CLAVICLE", "COCCYX", "CSPINE", "ELBOW",
    "EXTREMITY", "EYE", "FEMUR", "FINGER", "FOOT", "FOREARM", "HAND", "HEAD", "HIP", "HUMERUS",
    "JAW", "KNEE", "LEG", "LSPINE", "MANDIBLE", "MAXILLA", "NECK", "NOSE", "ORBIT", "PATELLA",
    "PELVIS", "RADIUS", "SACRUM", "SCAPULA", "SHOULDER", "SKULL", "SSPINE", "TEETH", "THUMB",
    "TIBIA", "TOE", "TSPINE", "ULNA", "WRIST", "ZYGOMA",
})
# fmt: on
# PS3.5 6.2, AS: 062Y, 018M. Some devices leave the unit out.
_AGE = re.compile(r"(\d{1,3})([YMWD]?)")
_UNITS_PER_YEAR = {"Y": 1, "": 1, "M": 12, "W": 52, "D": 365}


def build_radiograph(dataset: Dataset, pixels: Pixels) -> Radiograph:
    """Returns the radiograph of `pixels` with the tags that are kept."""
    burned_in = tag_text(dataset, "BurnedInAnnotation").upper()
    laterality = (tag_text(dataset, "ImageLaterality") or tag_text(dataset, "Laterality")).upper()
    view = _view(dataset)
    return Radiograph(
        pixels=pixels,
        file_format="DICOM",
        view=view,
        laterality=laterality if laterality in _LATERALITIES else None,
        burned_in_annotation={"YES": True, "NO": False}.get(burned_in),
        age_years=_age_years(tag_text(dataset, "PatientAge")),
        exclusion=_exclusion(dataset, view),
        identity=Identity(
            patient_id=_identifier(dataset, "PatientID"),
            accession_number=_identifier(dataset, "AccessionNumber"),
            study_uid=_identifier(dataset, "StudyInstanceUID"),
            series_uid=_identifier(dataset, "SeriesInstanceUID"),
            instance_uid=_identifier(dataset, "SOPInstanceUID"),
        ),
    )


def tag_text(dataset: Dataset, keyword: str) -> str:
    """Returns a tag's value as text; empty where the tag is missing or has no value."""
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def _identifier(dataset: Dataset, keyword: str) -> str:
    """Returns a tag's text, cut to the greatest length of its VR (PS3.5 6.2).

    The VR is the dictionary's: the file may state another one, without a limit.
    """
    return tag_text(dataset, keyword)[: MAX_VALUE_LEN[dictionary_VR(keyword)]]


def _exclusion(dataset: Dataset, view: str | None) -> NotAssessed | None:
    """Returns why the tags rule out an assessment: another body part, or a view not frontal."""
    part = tag_text(dataset, "BodyPartExamined") or _meaning(dataset, "AnatomicRegionSequence")
    if part.upper().replace(" ", "") in _OTHER_BODY_PARTS:
        return NotAssessed.BODY_PART
    if view in _FRONTAL:
        return None
    names_other_view = view or _NOT_FRONTAL.search(tag_text(dataset, "ViewPosition").upper())
    is_lateral = names_other_view or _has_rows_from_front_to_back(dataset)
    return NotAssessed.NOT_FRONTAL if is_lateral else None


def _view(dataset: Dataset) -> str | None:
    view = tag_text(dataset, "ViewPosition").upper()
    if view in _VIEWS:
        return view
    sequence = dataset.get("ViewCodeSequence")
    return _VIEW_CODES.get(tag_text(sequence[0], "CodeValue")) if sequence else None


def _meaning(dataset: Dataset, keyword: str) -> str:
    sequence = dataset.get(keyword)
    return tag_text(sequence[0], "CodeMeaning") if sequence else ""


def _has_rows_from_front_to_back(dataset: Dataset) -> bool:
    """Returns whether rows run between front and back, as only in a lateral view (PS3.3
    C.7.6.1.1.1).
    """
    directions = dataset.get("PatientOrientation") or [""]
    return str(directions[0])[:1].upper() in ("A", "P")


def _age_years(age: str) -> int | None:
    """Returns the whole years of an age string; None where it has another form."""
    match = _AGE.fullmatch(age.strip().upper())
    return int(match[1]) // _UNITS_PER_YEAR[match[2]] if match else None
