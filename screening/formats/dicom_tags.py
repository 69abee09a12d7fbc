"""What the tags of a DICOM file say of its radiograph: the standard's own words, or none."""

import re

from pydicom.dataset import Dataset

from contracts.answers import NotAssessed
from screening.radiograph import Identity, Pixels, Radiograph

# PS3.3 C.8.1.2.1.1, C.7.6.1.1.1 and C.7.3.1.1.1. Anything else in these tags may be free text,
# which does not go into a fact.
_FRONTAL = frozenset({"PA", "AP"})
_VIEWS = _FRONTAL | {"LL", "RL", "RLD", "LLD", "LLO", "RLO"}
# Words of devices for what is not frontal; they stay out of the record.
_NOT_FRONTAL = re.compile(r"\b(LAT|LATERAL|LL|RL|LLD|RLD|LLO|RLO|LAO|RAO|LPO|RPO)\b")
_LATERALITIES = frozenset({"L", "R", "B", "U"})
# PS3.16 CID 4010, in SNOMED CT and in the retired codes that older devices send.
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
# Terms of PS3.16 annex L for what is X-rayed by itself and holds no whole lung. Devices send other
# words too; those leave the judgement to the network.
# fmt: off
_OTHER_PARTS = frozenset({
    "ABDOMEN", "ANKLE", "ARM", "BREAST", "CALCANEUS", "CLAVICLE", "COCCYX", "CSPINE", "ELBOW",
    "EXTREMITY", "EYE", "FEMUR", "FINGER", "FOOT", "FOREARM", "HAND", "HEAD", "HIP", "HUMERUS",
    "JAW", "KNEE", "LEG", "LSPINE", "MANDIBLE", "MAXILLA", "NECK", "NOSE", "ORBIT", "PATELLA",
    "PELVIS", "RADIUS", "SACRUM", "SCAPULA", "SHOULDER", "SKULL", "SSPINE", "TEETH", "THUMB",
    "TIBIA", "TOE", "TSPINE", "ULNA", "WRIST", "ZYGOMA",
})
# fmt: on
_AGE = re.compile(r"(\d{1,3})([YMWD]?)")
_PER_YEAR = {"Y": 1, "": 1, "M": 12, "W": 52, "D": 365}


def describe(dataset: Dataset, pixels: Pixels) -> Radiograph:
    """`pixels` with all that we keep of the tags."""
    burned_in = text(dataset, "BurnedInAnnotation").upper()
    laterality = (text(dataset, "ImageLaterality") or text(dataset, "Laterality")).upper()
    view = _view(dataset)
    return Radiograph(
        pixels=pixels,
        file_format="DICOM",
        view=view,
        laterality=laterality if laterality in _LATERALITIES else None,
        burned_in_annotation={"YES": True, "NO": False}.get(burned_in),
        age_years=_age_years(text(dataset, "PatientAge")),
        not_for_us=_not_for_us(dataset, view),
        identity=Identity(
            patient_id=text(dataset, "PatientID"),
            accession_number=text(dataset, "AccessionNumber"),
            study_uid=text(dataset, "StudyInstanceUID"),
            series_uid=text(dataset, "SeriesInstanceUID"),
            instance_uid=text(dataset, "SOPInstanceUID"),
        ),
    )


def text(dataset: Dataset, keyword: str) -> str:
    """A value as text; empty where the tag is missing or has none."""
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def _not_for_us(dataset: Dataset, view: str | None) -> NotAssessed | None:
    part = text(dataset, "BodyPartExamined") or _meaning(dataset, "AnatomicRegionSequence")
    if part.upper().replace(" ", "") in _OTHER_PARTS:
        return NotAssessed.BODY_PART
    if view in _FRONTAL:
        return None
    lateral = view or _NOT_FRONTAL.search(text(dataset, "ViewPosition").upper())
    return NotAssessed.NOT_FRONTAL if lateral or _rows_run_from_back_to_front(dataset) else None


def _view(dataset: Dataset) -> str | None:
    view = text(dataset, "ViewPosition").upper()
    if view in _VIEWS:
        return view
    sequence = dataset.get("ViewCodeSequence")
    return _VIEW_CODES.get(text(sequence[0], "CodeValue")) if sequence else None


def _meaning(dataset: Dataset, keyword: str) -> str:
    sequence = dataset.get(keyword)
    return text(sequence[0], "CodeMeaning") if sequence else ""


def _rows_run_from_back_to_front(dataset: Dataset) -> bool:
    """Or the other way round, as only a lateral view has it (PS3.3 C.7.6.1.1.1)."""
    directions = dataset.get("PatientOrientation") or [""]
    return str(directions[0])[:1].upper() in ("A", "P")


def _age_years(age: str) -> int | None:
    """Whole years of an age string (PS3.5 6.2, AS: 062Y, 018M); some devices leave the unit out."""
    match = _AGE.fullmatch(age.strip().upper())
    return int(match[1]) // _PER_YEAR[match[2]] if match else None
