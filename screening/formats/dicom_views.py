"""Reads the view of a DICOM file, and what its tags rule out: other views and other body parts."""

from pydicom.dataset import Dataset

from contracts.answers import NotAssessed
from screening.formats.dicom_orientation import runs_from_front_to_back
from screening.formats.dicom_values import tag_text
from screening.formats.view_words import names_frontal_view, names_other_view

# PS3.3 C.8.1.2.1.1, C.7.6.1.1.1 and C.7.3.1.1.1. Any other value may be free text, which must not
# reach a fact.
_FRONTAL = frozenset({"PA", "AP"})
_VIEWS = _FRONTAL | {"LL", "RL", "RLD", "LLD", "LLO", "RLO"}
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
# The lateral and oblique projections of the same list, which have no term of their own.
# fmt: off
_OTHER_VIEW_CODES = frozenset({
    "260426006", "260427002", "30730003", "399004004", "399006002", "399038007", "399059000",
    "399067008", "399099002", "399132005", "399135007", "399160007", "399182000", "399184004",
    "399236003", "399260004", "399312000", "399325008", "399352003", "399356000", "399368009",
})
# fmt: on
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


def read_view(dataset: Dataset) -> str | None:
    """Returns the view as a term of the standard; None where the file has none or other words."""
    view = tag_text(dataset, "ViewPosition").upper()
    return view if view in _VIEWS else _VIEW_CODES.get(_code(dataset, "CodeValue"))


def find_exclusion(dataset: Dataset) -> NotAssessed | None:
    """Returns why the tags rule out an assessment: another body part, or a view not frontal."""
    region = next(iter(dataset.get("AnatomicRegionSequence") or ()), Dataset())
    part = tag_text(dataset, "BodyPartExamined") or tag_text(region, "CodeMeaning")
    if part.upper().replace(" ", "") in _OTHER_BODY_PARTS:
        return NotAssessed.BODY_PART
    position, view = tag_text(dataset, "ViewPosition").upper(), read_view(dataset)
    if position in _FRONTAL:
        return None
    if _names_other_view(dataset) or view not in _FRONTAL | {None}:
        return NotAssessed.NOT_FRONTAL
    if view is None and runs_from_front_to_back(dataset):
        return NotAssessed.NOT_FRONTAL
    return None


def _names_other_view(dataset: Dataset) -> bool:
    """Returns whether view position, view code or, where they are empty, the series' description
    name a view that is not frontal.

    Other descriptions are of the study or the protocol, which often holds several views.
    """
    if _code(dataset, "CodeValue") in _OTHER_VIEW_CODES:
        return True
    view = f"{tag_text(dataset, 'ViewPosition')} {_code(dataset, 'CodeMeaning')}"
    if view.strip():
        return names_other_view(view)
    series = tag_text(dataset, "SeriesDescription")
    return names_other_view(series) and not names_frontal_view(series)


def _code(dataset: Dataset, keyword: str) -> str:
    view = next(iter(dataset.get("ViewCodeSequence") or ()), Dataset())
    return tag_text(view, keyword)
