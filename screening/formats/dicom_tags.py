"""Reads the tags of a DICOM file that a radiograph keeps, as defined terms of the standard."""

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.valuerep import MAX_VALUE_LEN

from screening.formats.dicom_age import parse_date, read_age_years
from screening.formats.dicom_orientation import is_mirrored
from screening.formats.dicom_scanner import read_scanner
from screening.formats.dicom_values import tag_text
from screening.formats.dicom_views import find_exclusion, read_view
from screening.radiograph import Identity, Pixels, Radiograph

# PS3.3 C.7.3.1.1.1. Any other value may be free text, which must not reach a fact.
_LATERALITIES = frozenset({"L", "R", "B", "U"})
_SEXES = frozenset({"M", "F", "O"})
# A person name has up to three groups of 64 characters, joined by "=" (PS3.5 6.2.1).
_MAX_NAME_LENGTH = 3 * 64 + 2


def build_radiograph(dataset: Dataset, pixels: Pixels) -> Radiograph:
    """Returns the radiograph of `pixels` with the tags that are kept."""
    burned_in = tag_text(dataset, "BurnedInAnnotation").upper()
    laterality = (tag_text(dataset, "ImageLaterality") or tag_text(dataset, "Laterality")).upper()
    sex = tag_text(dataset, "PatientSex").upper()
    study_date = parse_date(dataset, "StudyDate")
    manufacturer, scanner_model = read_scanner(dataset)
    return Radiograph(
        pixels=pixels,
        file_format="DICOM",
        view=read_view(dataset),
        laterality=laterality if laterality in _LATERALITIES else None,
        burned_in_annotation={"YES": True, "NO": False}.get(burned_in),
        age_years=read_age_years(dataset),
        mirrored=is_mirrored(dataset),
        exclusion=find_exclusion(dataset),
        manufacturer=manufacturer,
        scanner_model=scanner_model,
        identity=Identity(
            patient_name=tag_text(dataset, "PatientName")[:_MAX_NAME_LENGTH],
            patient_id=_identifier(dataset, "PatientID"),
            sex=sex if sex in _SEXES else "",
            study_date=study_date.isoformat() if study_date else "",
            accession_number=_identifier(dataset, "AccessionNumber"),
            study_uid=_identifier(dataset, "StudyInstanceUID"),
            series_uid=_identifier(dataset, "SeriesInstanceUID"),
            instance_uid=_identifier(dataset, "SOPInstanceUID"),
        ),
    )


def _identifier(dataset: Dataset, keyword: str) -> str:
    """Returns a tag's text, cut to the greatest length of its VR (PS3.5 6.2).

    The VR is the dictionary's: the file may state another one, without a limit.
    """
    return tag_text(dataset, keyword)[: MAX_VALUE_LEN[dictionary_VR(keyword)]]
